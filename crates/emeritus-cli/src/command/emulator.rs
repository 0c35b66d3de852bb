//! `emeritus emulator`: an organization to try things on.

use emeritus::evidence::{count, grouped};
use genesys_emulator::{Clock, Emulator, Settings};
use jiff::Timestamp;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::{EmulatorArgs, TimeArg};
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::Output;

/// What a client has to know to reach the organization.
#[derive(Debug, Serialize)]
struct Ready {
    api_url: String,
    login_url: String,
    client_id: String,
    client_secret: String,
    organization_id: String,
}

pub(super) fn run(args: &EmulatorArgs, output: Output) -> Result<ExitCode, Failure> {
    let emulator = found(args)?;
    super::block_on(serve(args, &emulator, output))?;
    Ok(ExitCode::Done)
}

fn found(args: &EmulatorArgs) -> Result<Emulator, Failure> {
    let emulator = Emulator::new(Settings {
        preset: args.preset,
        seed: args.seed,
        users: args.users,
        conversations: args.conversations,
        years: args.years,
        clock: match args.time {
            TimeArg::Real => Clock::real(),
            TimeArg::Virtual => Clock::virtual_at(Timestamp::now()),
        },
        rate_per_minute: args.rate,
        ..Settings::default()
    });
    for switch in &args.switches {
        emulator
            .set_switch(&switch.name, &switch.value)
            .map_err(|error| Failure::new(ExitCode::Usage, error))?;
    }
    Ok(emulator)
}

async fn serve(args: &EmulatorArgs, emulator: &Emulator, output: Output) -> Result<(), Failure> {
    // Before the first line: whoever reads it may send a signal at once.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::bug)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::bug)?;
    let listener = TcpListener::bind(("127.0.0.1", args.port)).await.map_err(|error| {
        Failure::new(ExitCode::Config, error)
            .context(format!("could not listen on port {} of 127.0.0.1", args.port))
            .hint("--port 0 takes a free one")
    })?;
    let url = format!("http://{}", listener.local_addr().map_err(Failure::bug)?);
    let ready = Ready {
        api_url: url.clone(),
        login_url: url,
        client_id: emulator.client_id(),
        client_secret: emulator.client_secret(),
        organization_id: emulator.organization_id(),
    };
    if output.is_json() {
        output.object(&ready)?;
    } else {
        output.text(&welcome(args, emulator, &ready))?;
    }
    let shutdown = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    emulator.serve(listener, shutdown).await.map_err(Failure::bug)
}

fn welcome(args: &EmulatorArgs, emulator: &Emulator, ready: &Ready) -> String {
    let people: Vec<_> = emulator
        .user_ids()
        .iter()
        .filter_map(|id| emulator.truth(id))
        .filter(|person| person.state == "active")
        .take(3)
        .map(|person| format!("  {} <{}>\n", person.name, person.email))
        .collect();
    let Ready { api_url, login_url, client_id, client_secret, organization_id } = ready;
    format!(
        "An emulated organization ({preset}, {users} people, {conversations} conversations over {years}, \
         seed {seed})\nserves on {api_url} until you stop it with Ctrl-C. Nothing in it is real.\n\n\
         In another terminal:\n\n\
         export EMERITUS_API_URL={api_url}\n\
         export EMERITUS_LOGIN_URL={login_url}\n\
         export GENESYS_CLIENT_ID={client_id}\n\
         export GENESYS_CLIENT_SECRET={client_secret}\n\
         export EMERITUS_HOME=\"$(mktemp -d)\"\n\n\
         Some of the people:\n{people}\n\
         Organization {organization_id}; control interface at {api_url}/_emulator/ (docs/concepts/emulator.md)\n",
        preset = args.preset,
        users = grouped(args.users.into()),
        conversations = grouped(args.conversations),
        years = count(args.years.into(), "year"),
        seed = args.seed,
        people = people.concat(),
    )
}
