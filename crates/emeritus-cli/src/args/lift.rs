//! Arguments that say what is lifted, and what is stated with an approval.

use clap::Args;
use emeritus::overrides::Block;
use emeritus::plan::Stated;

/// The longest text that is stated, in characters.
const LONGEST: usize = 200;

/// Which blocks are lifted, and why. Each by its name: never all of a kind.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct OverrideArgs {
    /// Lift one named block, such as live-work=CONVERSATION_ID or last-admin=ROLE; may be given several times. The plan
    /// says what can be lifted.
    #[arg(long = "override", value_name = "KIND=NAME", requires = "because")]
    pub(crate) overrides: Vec<Block>,

    /// Why it is lifted, in a line. It stands in the plan, in the journal and in the evidence.
    #[arg(long, value_name = "TEXT", requires = "overrides")]
    pub(crate) because: Option<String>,
}

/// What is stated with an approval. Nobody checks it.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StatedArgs {
    /// The ticket, kept with the approval as stated.
    #[arg(long, value_name = "TEXT", value_parser = line)]
    pub(crate) ticket: Option<String>,

    /// Who asked for it, kept with the approval as stated.
    #[arg(long, value_name = "TEXT", value_parser = line)]
    pub(crate) requested_by: Option<String>,
}

impl StatedArgs {
    pub(crate) fn stated(&self) -> Stated {
        Stated { ticket: self.ticket.clone(), requested_by: self.requested_by.clone() }
    }
}

/// Returns a text that is a line with something in it.
fn line(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("it has to be one line of 1 to {LONGEST} characters"));
    }
    Ok(text.to_owned())
}
