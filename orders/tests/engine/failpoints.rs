//! The failpoints of the engine, and processes that meet them. The tests of the services outside have them from here too.

use std::{
    collections::BTreeSet, fs, os::unix::process::ExitStatusExt, path::Path, process::Command,
};

use sqlx::PgPool;

/// What can go wrong at a failpoint.
pub(crate) const ACTIONS: &[&str] = &["return", "sleep(20)", "return(abort)"];

/// The files on the ways to services outside, which hold goods and seats. Tests of the engine alone do not get there.
const OUTSIDE: [&str; 3] = [
    "orders/remote_returns.rs",
    "orders/reserve.rs",
    "orders/shortage.rs",
];

/// The files that commit where nothing of an order can be lost: two only read, one writes orders that nobody waits for, the
/// others what those who run the shop set up and would see missing.
const HARMLESS: [&str; 11] = [
    "catalogue/delivery.rs",
    "catalogue/details.rs",
    "catalogue/offers.rs",
    "catalogue/prices.rs",
    "catalogue/set_up.rs",
    "catalogue/stock.rs",
    "catalogue/storefront.rs",
    "checks/mod.rs",
    "deliveries/webhooks.rs",
    "discounts/change.rs",
    "orders/seed/mod.rs",
];

/// Whether a file is on the ways to services outside.
pub(crate) fn is_outside(file: &str) -> bool {
    OUTSIDE.contains(&file)
}

/// The failpoints that the code of these files names. Every commit has two.
pub(crate) fn named(of_file: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (file, text) in sources() {
        let is_harmless = file == "failpoint.rs" || HARMLESS.contains(&file.as_str());
        let commits = text.contains(".commit()");
        assert!(is_harmless || !commits, "{file} commits without failpoints");
        if !of_file(&file) {
            continue;
        }
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("failpoint!(\"") {
                named.insert(rest.split('"').next().unwrap().to_owned());
            } else if let Some(rest) = line.strip_prefix("commit!(") {
                let name = rest.split('"').nth(1).unwrap();
                named.extend(["before", "after"].map(|it| format!("{name}::{it}_commit")));
            }
        }
    }
    named
}

/// The engine's files, by their path.
fn sources() -> Vec<(String, String)> {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../orders/src/engine");
    let (mut folders, mut files) = (vec![engine.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&engine).unwrap().display().to_string();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Runs `life` (the ignored test `faults::a_life`) in a process of its own, in which `failpoint` does `action`. Whether
/// it died of it.
pub(crate) async fn meet(
    pool: &PgPool,
    life: &str,
    failpoint: &str,
    action: &str,
    variables: &[(&str, &str)],
) -> bool {
    let options = pool.connect_options();
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "faults::a_life", "--ignored"])
        .env("LIFE", life)
        .env("FAILPOINTS", format!("{failpoint}={action}"))
        .env("PGHOST", host)
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or_default())
        .envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let died = output.status.signal().is_some();
    assert!(
        died || output.status.success(),
        "{life} with {failpoint}={action}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    died
}
