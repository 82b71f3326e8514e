//! The `server` command: one binary for everything that runs.

use std::{net::SocketAddr, process::ExitCode};

use clap::{Parser, Subcommand};
use server::{config::Config, demo::Demo, report, run, telemetry};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Waybill: order management and checkout.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API, and run the workers (the default).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Load the demo's catalogue, and as many orders as wanted.
    Seed {
        /// How many orders to make, in all states.
        #[arg(long, default_value_t = 0)]
        orders: usize,
    },
    /// Look whether everything is true that must always be; the exit code says whether it is.
    Check,
    /// Keys for programs that call the API.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make a key, and print it: it cannot be read again.
    Create {
        /// What the key is for.
        name: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    // Says which file could not be read; that there is none is fine.
    let environment_file = dotenvy::dotenv();
    let arguments = Arguments::parse();
    let done = async {
        if let Err(error) = environment_file
            && !error.not_found()
        {
            return Err(format!(".env: {error}"));
        }
        let config = Config::from_environment().map_err(|error| error.to_string())?;
        telemetry::start(&config);
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(config).await,
            Command::Migrate => run::migrate(config).await,
            Command::Seed { orders } => run::seed(config, orders).await,
            Command::Check => check(config).await,
            Command::Keys {
                command: KeysCommand::Create { name },
            } => {
                let key = run::create_key(config, &name).await?;
                println!("{key}");
                Ok(())
            }
        }
    };
    match done.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), String> {
    let is_demo = config.is_demo();
    run::serve(config, |address| greet(address, is_demo)).await
}

async fn check(config: Config) -> Result<(), String> {
    let checked = run::check(config).await?;
    print!("{}", report::invariants(&checked));
    match checked.iter().filter(|it| !it.holds()).count() {
        0 => Ok(()),
        violated => Err(format!(
            "{violated} of {} invariants are violated",
            checked.len()
        )),
    }
}

fn greet(address: SocketAddr, is_demo: bool) {
    println!("Waybill is ready: http://{address}");
    if is_demo {
        println!("{}", Demo::greeting(address));
    }
}
