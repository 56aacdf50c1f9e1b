//! Every command: its name, how it is typed, what it does. Help, completion and the parser read this one table.

mod entries;

pub use entries::CATALOG;

use super::draw::wrap;
use super::screen::Style;

/// What a command is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// Finding and making games.
    Games,
    /// Playing.
    Play,
    /// Who plays.
    Lineup,
    /// The course of the game.
    Course,
    /// Looking.
    Look,
    /// Trying the engine by hand.
    Practice,
    /// The terminal itself.
    Terminal,
}

impl Group {
    /// All, in the order of the help.
    pub const ALL: &[Self] =
        &[Self::Games, Self::Play, Self::Lineup, Self::Course, Self::Look, Self::Practice, Self::Terminal];

    const fn title(self) -> &'static str {
        match self {
            Self::Games => "Games",
            Self::Play => "Play",
            Self::Lineup => "Line-ups",
            Self::Course => "The course of the game",
            Self::Look => "Look",
            Self::Practice => "Try the engine (forcing needs a practice game)",
            Self::Terminal => "The terminal",
        }
    }
}

/// One command.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it is about.
    pub group: Group,
    /// What follows the name.
    pub usage: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What one has to know to use it.
    pub details: &'static str,
    /// As it is typed.
    pub examples: &'static [&'static str],
}

/// The command of this name, or of this alias, or the only one that starts so.
///
/// # Errors
/// In words: what there is instead.
pub fn find(word: &str) -> Result<&'static Entry, String> {
    let exact = CATALOG.iter().find(|entry| entry.name == word || entry.aliases.contains(&word));
    if let Some(entry) = exact {
        return Ok(entry);
    }
    let mut starting = CATALOG.iter().filter(|entry| entry.name.starts_with(word));
    match (starting.next(), starting.next()) {
        (Some(only), None) if word.len() >= 2 => Ok(only),
        (Some(_), Some(_)) => {
            let names: Vec<_> =
                CATALOG.iter().filter(|entry| entry.name.starts_with(word)).map(|entry| entry.name).collect();
            Err(format!("`{word}` may be {}", names.join(", ")))
        }
        _ => {
            let shown: String = word.chars().take(40).collect();
            Err(format!("`{shown}` is no command; `help` lists them all"))
        }
    }
}

/// The help: all commands, or one in full.
///
/// # Errors
/// In words, where there is no such command.
pub fn help(topic: Option<&str>, style: Style) -> Result<Vec<String>, String> {
    match topic {
        None => Ok(overview(style)),
        Some(topic) => find(topic).map(|entry| page(entry, style)),
    }
}

fn overview(style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for &group in Group::ALL {
        lines.push(style.strong(group.title()));
        for entry in CATALOG.iter().filter(|entry| entry.group == group) {
            lines.extend(wrap(&format!("  {:<18} {}", entry.name, entry.summary), 21));
        }
    }
    lines.push(String::new());
    let teach = "A play goes: the fielding side sets its defense, the batting side its offense and rolls. `defensive`, \
                 `offensive` and `roll` alone take the defaults, so three words make a play; `quick_play` makes \
                 one by itself. `help COMMAND` says more, Tab completes, the beginning of a name is enough.";
    lines.extend(wrap(teach, 0));
    lines
}

fn page(entry: &Entry, style: Style) -> Vec<String> {
    let usage = wrap(format!("{} {}", entry.name, entry.usage).trim_end(), 4);
    let mut lines: Vec<_> = usage.iter().map(|line| style.strong(line)).collect();
    lines.extend(wrap(&format!("  {}.", entry.summary), 2));
    if !entry.details.is_empty() {
        lines.extend(wrap(&format!("  {}", entry.details), 2));
    }
    if !entry.aliases.is_empty() {
        lines.push(format!("  Also: {}", entry.aliases.join(", ")));
    }
    lines.extend(entry.examples.iter().map(|example| format!("    {example}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_by_its_names_and_has_its_page() {
        let mut names: Vec<_> =
            CATALOG.iter().flat_map(|entry| entry.aliases.iter().chain([&entry.name])).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name stands for two commands");
        for entry in CATALOG {
            for name in entry.aliases.iter().chain([&entry.name]) {
                assert_eq!(find(name).expect("it is there").name, entry.name);
            }
            for example in entry.examples {
                let word = example.split_whitespace().next().unwrap_or_default();
                assert_eq!(find(word).expect("an example is a command").name, entry.name);
            }
        }
        for lines in CATALOG.iter().map(|entry| page(entry, Style::PLAIN)).chain([overview(Style::PLAIN)]) {
            assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:#?}");
        }
    }

    #[test]
    fn a_beginning_is_enough_where_it_is_the_only_one() {
        assert_eq!(find("stat").expect("one").name, "status");
        assert!(find("test_").expect_err("several").contains("test_jump"));
        assert!(find("s").is_err() && find("xyzzy").expect_err("none").contains("help"));
    }
}
