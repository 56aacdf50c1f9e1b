//! The diamond: runners, fielders where they stand, and how deep.

use super::fit;
use crate::protocol::{GameView, LineupView, PlayerView};
use crate::rules::decision::{InfieldDepth, OutfieldDepth};
use crate::rules::vocabulary::{Half, Position};
use crate::terminal::screen::Style;

/// Columns of a name on the field.
const NAME: usize = 13;

/// The field as it stands, fourteen lines.
pub fn diamond(view: &GameView, style: Style) -> Vec<String> {
    let (fielding, defence) = (fielding(view), view.pending_defensive_decision.clone().unwrap_or_default());
    let outfield_in = defence.outfield_depth == OutfieldDepth::In;
    let man = |position: Position| {
        let is_in = match defence.infield_depth {
            InfieldDepth::Normal => false,
            InfieldDepth::InfieldIn => {
                position.is_infield() && position != Position::Pitcher && position != Position::Catcher
            }
            InfieldDepth::CornersIn => matches!(position, Position::FirstBase | Position::ThirdBase),
        } || (outfield_in && position.is_outfield());
        let name = last_name(at(fielding, position));
        let mark = if is_in { "*" } else { "" };
        fit(&format!("{position} {name}{mark}"), NAME)
    };
    let base =
        |runner: &Option<PlayerView>| if runner.is_some() { style.strong("[X]") } else { "[ ]".to_owned() };
    let who = |runner: &Option<PlayerView>| fit(&last_name(runner.as_ref()), NAME);
    let (first, second, third) = (&view.on_first, &view.on_second, &view.on_third);
    let batter = last_name(view.current_batter.as_ref());
    let blank = " ".repeat(NAME);
    vec![
        format!("{:26}{}", "", man(Position::CenterField)),
        format!("    {}{:24}{}", man(Position::LeftField), "", man(Position::RightField)),
        String::new(),
        format!("{:18}{}{:4}{}", "", man(Position::Shortstop), "", man(Position::SecondBase)),
        format!("{:28}{} {}", "", base(second), who(second)),
        format!("{:25}/     \\", ""),
        format!("{:8}{}{:2}/       \\{:2}{}", "", man(Position::ThirdBase), "", "", man(Position::FirstBase)),
        format!("{:21}/         \\", ""),
        format!(
            "{:4}{} {} {}  {} {}",
            "",
            who(third),
            base(third),
            man(Position::Pitcher),
            base(first),
            who(first)
        ),
        format!("{:21}\\         /", ""),
        format!("{:23}\\       /  {}", "", blank.trim_end()).trim_end().to_owned(),
        format!("{:25}\\     /", ""),
        format!("{:28}[H]  {}", "", style.strong(&batter)),
        format!(
            "{:26}{}{}",
            "",
            man(Position::Catcher),
            depth_note(outfield_in || defence.infield_depth != InfieldDepth::Normal)
        )
        .trim_end()
        .to_owned(),
    ]
}

fn depth_note(is_in: bool) -> &'static str {
    if is_in { "  * plays in" } else { "" }
}

/// The side in the field.
pub const fn fielding(view: &GameView) -> &LineupView {
    match view.half {
        Half::Top => &view.home_lineup,
        Half::Bottom => &view.away_lineup,
    }
}

fn at(lineup: &LineupView, position: Position) -> Option<&PlayerView> {
    lineup.players.iter().find(|player| player.player.is_active && player.player.position == position)
}

/// What is called out: the family name.
pub fn last_name(player: Option<&PlayerView>) -> String {
    let name = player.and_then(|player| player.name.as_deref()).unwrap_or("");
    let words: Vec<_> = name.split_whitespace().collect();
    match words.as_slice() {
        [.., last, "Jr." | "Sr." | "II" | "III"] => (*last).to_owned(),
        [.., last] => (*last).to_owned(),
        [] => String::new(),
    }
}
