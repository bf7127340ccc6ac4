//! `explain`.

use crate::cli::ExplainArgs;
use crate::error::{Error, Result};
use crate::health::{self, Check};
use crate::report::{Answer, Explain, ListedCheck, Report};

pub(super) fn run(args: &ExplainArgs) -> Result<Answer> {
    let report = match &args.check {
        None => Explain {
            checks: health::all().map(listed).collect(),
            page: None,
        },
        Some(id) => {
            let check = health::find(id).ok_or_else(|| unknown(id))?;
            Explain {
                checks: vec![listed(check)],
                page: Some(health::page(check)),
            }
        }
    };
    Ok(Answer::yes(Report::Explain(report)))
}

fn listed(check: &Check) -> ListedCheck {
    ListedCheck {
        id: check.id.to_owned(),
        group: check.group,
        title: check.title.to_owned(),
        severity: check.severity.usual,
        severity_when_protected: check.severity.protected,
    }
}

fn unknown(id: &str) -> Error {
    let error = Error::usage(format!("there is no check `{id}`"));
    match health::nearest(id) {
        Some(near) => error.hint_command("did you mean", format!("hangmeas explain {near}")),
        None => error.hint_command("see them all", "hangmeas explain --list"),
    }
}
