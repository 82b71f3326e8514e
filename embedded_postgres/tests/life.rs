//! The life of an embedded database, with the real thing: it starts, stays whole, and ends with its owner.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails has found what its test looks for"
)]

use std::fs::{self, DirBuilder};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use embedded_postgres::{DATABASE, EmbeddedPostgres, StartError};

/// A data folder of one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("embedded-postgres-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    /// The process that Postgres itself says it is.
    fn postgres_pid(&self) -> String {
        let file = fs::read_to_string(self.0.join("cluster/postmaster.pid")).unwrap();
        file.lines().next().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What `psql` prints for `statement`, bare.
fn sql(url: &str, statement: &str) -> String {
    let output = Command::new("psql")
        .args([url, "-qAtXc", statement])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Another process that owns the database in this folder: this very program, running [`hold`] alone.
fn spawn_owner(folder: &Folder) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hold", "--ignored", "--nocapture"])
        .env(HELD, &folder.0)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Names the folder to an owner.
const HELD: &str = "EMBEDDED_POSTGRES_HELD";

#[test]
#[ignore = "the owner that other tests kill"]
fn hold() {
    let Some(folder) = std::env::var_os(HELD) else {
        return;
    };
    let postgres = EmbeddedPostgres::start(Path::new(&folder)).unwrap();
    println!("{}", postgres.url(DATABASE));
    loop {
        thread::park();
    }
}

fn url_of(owner: &mut Child) -> String {
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    lines
        .map(Result::unwrap)
        .find(|line| line.starts_with("postgres:"))
        .unwrap()
}

fn kill(owner: &mut Child) {
    owner.kill().unwrap();
    owner.wait().unwrap();
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{what} took too long"
        );
        thread::sleep(Duration::from_millis(2));
    }
}

fn is_alive(pid: &str) -> bool {
    Path::new("/proc").join(pid).join("cwd").read_link().is_ok()
}

#[test]
fn data_is_there_after_a_restart() {
    let folder = Folder::new("restart");

    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();
    sql(
        &postgres.url(DATABASE),
        "create table orders as select 'Zürich' as city",
    );
    drop(postgres);
    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();

    assert_eq!(
        sql(&postgres.url(DATABASE), "select upper(city) from orders"),
        "ZÜRICH"
    );
}

#[test]
fn durable_settings_are_on_and_no_port_is_open() {
    let folder = Folder::new("settings");

    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();

    let durable = "select current_setting('fsync'), current_setting('synchronous_commit'), \
                   current_setting('full_page_writes'), current_setting('data_checksums')";
    assert_eq!(sql(&postgres.url(DATABASE), durable), "on|on|on|on");
    assert_eq!(sql(&postgres.url(DATABASE), "show listen_addresses"), "");
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let folder = Folder::new("second");

    let first = EmbeddedPostgres::start(&folder.0).unwrap();
    let second = EmbeddedPostgres::start(&folder.0).unwrap_err();

    assert!(matches!(second, StartError::InUse { .. }), "{second}");
    assert_eq!(sql(&first.url(DATABASE), "select 1"), "1");
}

#[test]
fn stopping_leaves_no_process() {
    let folder = Folder::new("stop");

    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();
    let pid = folder.postgres_pid();
    drop(postgres);

    assert!(!is_alive(&pid));
    assert!(!folder.0.join("cluster/postmaster.pid").exists());
}

#[test]
fn a_killed_owner_leaves_no_orphan_and_loses_no_row() {
    let folder = Folder::new("killed-owner");

    for round in 1..=5 {
        let mut owner = spawn_owner(&folder);
        let url = url_of(&mut owner);
        sql(
            &url,
            &format!(
                "create table if not exists orders (round int); insert into orders values ({round})"
            ),
        );
        let pid = folder.postgres_pid();
        kill(&mut owner);
        // Every other time the next owner comes before the old database has gone.
        if round % 2 == 0 {
            wait_until("the database's end", || !is_alive(&pid));
        }
    }

    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();
    assert_eq!(
        sql(
            &postgres.url(DATABASE),
            "select string_agg(round::text, ' ' order by round) from orders"
        ),
        "1 2 3 4 5"
    );
}

#[test]
fn a_kill_while_the_data_folder_is_made_leaves_a_clean_next_start() {
    let folder = Folder::new("killed-setup");
    let unfinished = || {
        let entries = fs::read_dir(&folder.0).into_iter().flatten().flatten();
        entries
            .filter(|entry| {
                entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with("unfinished")
            })
            .count()
    };

    for milliseconds in [0, 40, 200] {
        let mut owner = spawn_owner(&folder);
        wait_until("the set-up's begin", || {
            unfinished() > 0 || folder.0.join("cluster").exists()
        });
        thread::sleep(Duration::from_millis(milliseconds));
        kill(&mut owner);
    }
    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();

    assert_eq!(sql(&postgres.url(DATABASE), "select 1"), "1");
    assert_eq!(unfinished(), 0);
}

#[test]
fn files_of_a_dead_postgres_do_not_stop_the_next() {
    let folder = Folder::new("stale");
    drop(EmbeddedPostgres::start(&folder.0).unwrap());
    let cluster = folder.0.join("cluster");
    let socket_dir = folder.0.join("socket");
    let postgres_user = fs::metadata(&cluster).unwrap().uid();
    DirBuilder::new().mode(0o700).create(&socket_dir).unwrap();
    chown(&socket_dir, Some(postgres_user), None).unwrap();
    // Another process of the same user has got the dead one's number meanwhile.
    let elsewhere = Folder::new("stale-elsewhere");
    let _other = EmbeddedPostgres::start_disposable(&elsewhere.0).unwrap();
    let stale = format!("{}\n{}\n", elsewhere.postgres_pid(), cluster.display());
    fs::write(cluster.join("postmaster.pid"), &stale).unwrap();
    fs::write(socket_dir.join(".s.PGSQL.5432.lock"), &stale).unwrap();

    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();

    assert_eq!(sql(&postgres.url(DATABASE), "select 1"), "1");
}

#[test]
fn the_owner_learns_of_its_databases_death() {
    let folder = Folder::new("death");
    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();
    let (tell, told) = mpsc::channel();
    postgres.on_death(move |status| tell.send(status.success()).unwrap());

    Command::new("kill")
        .args(["-KILL", &folder.postgres_pid()])
        .status()
        .unwrap();

    assert!(!told.recv_timeout(Duration::from_secs(10)).unwrap());
}

#[test]
fn a_wanted_stop_is_no_death() {
    let folder = Folder::new("no-death");
    let postgres = EmbeddedPostgres::start(&folder.0).unwrap();
    let (tell, told) = mpsc::channel();
    postgres.on_death(move |status| tell.send(status).unwrap());

    drop(postgres);

    assert!(told.recv_timeout(Duration::from_secs(1)).is_err());
}

#[test]
fn a_deep_folder_has_its_socket_elsewhere() {
    let folder = Folder::new("deep");
    let deep = folder.0.join("very-deep/".repeat(12));

    let postgres = EmbeddedPostgres::start(&deep).unwrap();

    assert_eq!(sql(&postgres.url(DATABASE), "select 1"), "1");
}

#[test]
fn data_of_another_version_is_refused_by_name() {
    let folder = Folder::new("version");
    fs::create_dir_all(folder.0.join("cluster")).unwrap();
    fs::write(folder.0.join("cluster/PG_VERSION"), "8\n").unwrap();

    let refusal = EmbeddedPostgres::start(&folder.0).unwrap_err();

    assert!(
        refusal.to_string().contains("install `postgresql-8`"),
        "{refusal}"
    );
}
