//! Starts a database on the folder it is given, says where it is, and holds it until it is ended itself.

use std::path::PathBuf;
use std::thread;

use embedded_postgres::{DATABASE, EmbeddedPostgres, StartError};

fn main() -> Result<(), StartError> {
    let data_dir = PathBuf::from(std::env::args_os().nth(1).expect("give a data folder"));
    let postgres = EmbeddedPostgres::start(&data_dir)?;
    println!("{}", postgres.url(DATABASE));
    loop {
        thread::park();
    }
}
