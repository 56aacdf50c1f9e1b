//! `dugout token`: a token for somebody, signed by the secret in the data directory.

use super::options::{SettingsArgs, create_data_dir};
use crate::gateway::token::TokenKey;
use crate::id::UserId;
use crate::protocol::{Role, User, valid_name};
use anyhow::{Result, anyhow};
use chrono::{Duration, Utc};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  dugout token Ann                              Ann gets a new user id
  dugout token Ann --user 0196e2a4-…            the Ann of an earlier token
  dugout token League --operator --ttl-s 3600   may run the league, for an hour

The token is printed on stdout. It is as good as a password: keep it out of logs and URLs.";

/// Print a token for a user.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct TokenArgs {
    /// The name shown to others.
    name: String,

    /// The user's id, where he has one already.
    #[arg(long, value_name = "UUID")]
    user: Option<UserId>,

    /// Let the user run the league: see every game and act for either side.
    #[arg(long)]
    operator: bool,

    /// How long the token is valid, in seconds [default: `token_ttl_s` of the settings].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    ttl_s: Option<u32>,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Prints the token.
pub fn run(args: &TokenArgs) -> Result<()> {
    let settings = args.settings.load()?;
    let name = valid_name(&args.name).map_err(|rejection| anyhow!(rejection.message))?;
    create_data_dir(&settings.data_dir)?;
    let key = TokenKey::open(&settings.data_dir)?;
    let user = User {
        id: args.user.unwrap_or_else(UserId::generate),
        name,
        role: if args.operator { Role::Operator } else { Role::Manager },
    };
    let ttl_s = args.ttl_s.map_or(settings.gateway.token_ttl_s, u64::from);
    let ttl_s = i64::try_from(ttl_s).expect("settings and option bound it to a year");
    println!("{}", key.issue(&user, Utc::now(), Duration::seconds(ttl_s)));
    Ok(())
}
