//! `with-postgres`, as scripts use it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn with_postgres(command: &[&str]) -> Command {
    let mut with_postgres = Command::new(env!("CARGO_BIN_EXE_with-postgres"));
    with_postgres.arg("--").args(command);
    with_postgres
}

#[test]
fn the_command_has_a_database_and_its_exit_code_is_handed_on() {
    let output = with_postgres(&[
        "sh",
        "-c",
        r#"psql "$DATABASE_URL" -AtXc "select 6 * 7"; exit 3"#,
    ])
    .output()
    .unwrap();

    assert_eq!(String::from_utf8_lossy(&output.stdout), "42\n");
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_request_to_end_reaches_the_command_and_nothing_stays() {
    let mut running = with_postgres(&[
        "sh",
        "-c",
        r#"psql "$DATABASE_URL" -AtXc "show data_directory"; exec sleep 60"#,
    ])
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let data_directory = Path::new(line.trim());
    assert!(data_directory.exists());

    Command::new("kill")
        .arg(running.id().to_string())
        .status()
        .unwrap();

    assert_eq!(running.wait().unwrap().code(), Some(128 + 15));
    assert!(!data_directory.parent().unwrap().exists());
}

#[test]
fn without_a_command_it_says_how_to_use_it() {
    let output = Command::new(env!("CARGO_BIN_EXE_with-postgres"))
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage:"));
}
