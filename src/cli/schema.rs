//! `dugout schema`: the documents of the HTTP API and the socket, and the reference of the settings.

use crate::{config, gateway, protocol};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::io::Write;

const EXAMPLES: &str = "\
Examples:
  dugout schema openapi > openapi.json          the HTTP API, OpenAPI 3.1; a host serves it at /openapi.json
  dugout schema asyncapi                        the socket, AsyncAPI 3.0; at /asyncapi.json
  dugout schema config                          every setting, as Markdown";

/// Show what programs and settings are written against.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SchemaArgs {
    /// Which document.
    document: Document,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Document {
    /// The HTTP API.
    Openapi,
    /// The socket.
    Asyncapi,
    /// The settings.
    Config,
}

/// Prints the document to stdout.
pub fn run(args: &SchemaArgs) -> Result<()> {
    let text = match args.document {
        Document::Openapi => serde_json::to_string_pretty(&gateway::openapi())? + "\n",
        Document::Asyncapi => serde_json::to_string_pretty(&protocol::asyncapi::asyncapi())? + "\n",
        Document::Config => config::reference(),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
