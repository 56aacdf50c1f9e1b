//! Where journals come from: files, folders, standard input, hosts.

use crate::cli::options::block_on;
use anyhow::{Context, Result, bail};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// A journal of more bytes than this is not a baseball game's.
const JOURNAL_BYTES_MAX: u64 = 256 << 20;
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);
/// What journals in a folder are called.
const ENDING: &str = "ndjson";

/// The journals that are meant: a folder stands for those in it, in the order of their names.
pub fn expand(journals: &[String]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for journal in journals {
        if is_url(journal) || !Path::new(journal).is_dir() {
            names.push(journal.clone());
            continue;
        }
        let mut within = Vec::new();
        for item in std::fs::read_dir(journal).with_context(|| format!("{journal} can't be read"))? {
            let path = item.with_context(|| format!("{journal} can't be read"))?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                within.push(path.display().to_string());
            }
        }
        if within.is_empty() {
            bail!("the folder {journal} has no *.{ENDING} file");
        }
        within.sort();
        names.extend(within);
    }
    Ok(names)
}

/// The bytes of one journal.
pub fn read(journal: &str) -> Result<Vec<u8>> {
    if is_url(journal) {
        return fetch(journal);
    }
    let source: Box<dyn Read> = if journal == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(journal).context("it can't be opened")?)
    };
    let mut bytes = Vec::new();
    source.take(JOURNAL_BYTES_MAX + 1).read_to_end(&mut bytes).context("it can't be read")?;
    bounded(bytes.len())?;
    Ok(bytes)
}

fn is_url(journal: &str) -> bool {
    journal.starts_with("http://") || journal.starts_with("https://")
}

fn bounded(bytes: usize) -> Result<()> {
    if bytes as u64 > JOURNAL_BYTES_MAX {
        bail!("it has more than {JOURNAL_BYTES_MAX} bytes; that is no journal");
    }
    Ok(())
}

fn fetch(url: &str) -> Result<Vec<u8>> {
    block_on(async {
        let client = crate::cli::http_client(FETCH_TIMEOUT)?;
        let mut answer = client.get(url).send().await.context("it can't be reached")?;
        let status = answer.status();
        if !status.is_success() {
            bail!("the host answers {status}: {}", answer.text().await.unwrap_or_default());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.context("the answer broke off")? {
            bytes.extend_from_slice(&chunk);
            bounded(bytes.len())?;
        }
        Ok(bytes)
    })
}
