//! `storm`: a storm on the database in `DATABASE_URL`, for `DURATION` seconds, with `SERVERS` servers, from `SEED`.

use std::{env, path::PathBuf, process::ExitCode, str::FromStr, time::Duration};

use storm::{Error, Storm};

#[tokio::main]
async fn main() -> ExitCode {
    let seed = setting("SEED", u64::from(std::process::id()));
    println!("seed          {seed:>7}");
    match rage(seed).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("storm: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn rage(seed: u64) -> Result<bool, Error> {
    let storm = Storm {
        server: built("server")?,
        services: built("test_services")?,
        database: env::var("DATABASE_URL")?.parse()?,
        servers: setting("SERVERS", 1),
        duration: Duration::from_secs(setting("DURATION", 120)),
        people: setting("PEOPLE", 16),
        seed,
    };
    let report = storm.rage().await?;
    print!("{report}");
    Ok(report.failures.is_empty())
}

/// What was built beside this.
fn built(name: &str) -> Result<PathBuf, Error> {
    let here = env::current_exe()?;
    let executable = here.parent().map(|it| it.join(name));
    executable
        .filter(|it| it.is_file())
        .ok_or_else(|| format!("build {name} first").into())
}

fn setting<T: FromStr>(name: &str, default: T) -> T {
    env::var(name)
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(default)
}
