//! The `server` command: one binary for everything that runs.

use std::{net::SocketAddr, process::ExitCode};

use clap::{Parser, Subcommand};
use orders::{NewPerson, NewServiceKey, Role, ServiceKeyId};
use server::{config::Config, demo::Demo, memory, metrics::Metrics, report, run, telemetry};

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
    /// Those who run the shop.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make a key, and print it: it cannot be read again.
    Create {
        /// What the key is for.
        name: String,
        /// What it may do: read, orders, catalogue, webhooks; everything if absent.
        #[arg(long = "scope", value_parser = report::scope)]
        scopes: Vec<orders::Scope>,
        /// How many requests a minute it may send; any number if absent.
        #[arg(long)]
        requests_per_minute: Option<i32>,
    },
    /// Show every key, without what it is made of.
    List,
    /// Refuse a key from now on, for ever.
    Revoke {
        /// Its id, as in the list.
        id: ServiceKeyId,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make an account for an admin, and print the link with which they choose their password.
    Create {
        /// The address that they sign in with.
        email: String,
        /// Their name.
        #[arg(long, default_value = "Admin")]
        name: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    memory::give_back_at_once();
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
        let metrics = Metrics::default();
        telemetry::start(&config, &metrics);
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(config, metrics).await,
            Command::Migrate => run::migrate(config).await,
            Command::Seed { orders } => run::seed(config, orders).await,
            Command::Check => check(config).await,
            Command::Keys { command } => keys(config, command).await,
            Command::Admin {
                command: AdminCommand::Create { email, name },
            } => {
                let role = Role::Admin;
                let new = NewPerson { name, email, role };
                println!("{}", run::create_admin(config, &new).await?);
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

async fn serve(config: Config, metrics: Metrics) -> Result<(), String> {
    let is_demo = config.is_demo();
    run::serve(config, metrics, |address| greet(address, is_demo)).await
}

async fn keys(config: Config, command: KeysCommand) -> Result<(), String> {
    match command {
        KeysCommand::Create {
            name,
            scopes,
            requests_per_minute,
        } => {
            let new = NewServiceKey {
                name,
                scopes,
                requests_per_minute,
            };
            println!("{}", run::create_key(config, &new).await?);
        }
        KeysCommand::List => print!("{}", report::keys(&run::list_keys(config).await?)),
        KeysCommand::Revoke { id } => run::revoke_key(config, id).await?,
    }
    Ok(())
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
