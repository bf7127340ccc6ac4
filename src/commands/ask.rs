//! Asking the person at the terminal, on a thread of its own, so that Ctrl-C is heard while nobody types.

use std::io;
use std::sync::Arc;

use super::Surroundings;
use crate::cli::{Unseen, prompt, prompt_secret};
use crate::error::{Error, Result};
use crate::postgres::{Interrupt, PasswordSource, Secret, interrupted};

/// One line, without the blanks around it; none at the end of input.
pub(super) async fn line(
    question: String,
    interrupt: &Interrupt,
) -> Result<io::Result<Option<String>>> {
    typed(move || prompt(&question), interrupt).await
}

/// A person who knows the password, where there is one at a terminal.
pub(super) fn person(surroundings: &Surroundings) -> Option<PasswordSource> {
    if !surroundings.terminal.can_ask {
        return None;
    }
    let interrupt = surroundings.interrupt.clone();
    Some(PasswordSource::person(Arc::new(move |question| {
        let interrupt = interrupt.clone();
        Box::pin(async move { password(question, &interrupt).await })
    })))
}

async fn password(question: String, interrupt: &Interrupt) -> Result<Option<Secret>> {
    let cannot = |error: io::Error| {
        Error::configuration(format!("the password cannot be asked for: {error}"))
    };
    // Here and not on the thread: whatever ends this wait, the terminal shows again what is typed.
    let _unseen = Unseen::begin().map_err(cannot)?;
    let answer = typed(move || prompt_secret(&question), interrupt).await?;
    answer.map_err(cannot)
}

async fn typed<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
    interrupt: &Interrupt,
) -> Result<T> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || sender.send(read()));
    tokio::select! {
        answer = receiver => answer.map_err(|_| Error::bug("nobody asked")),
        () = interrupt.wait() => Err(interrupted().detail("nothing was done")),
    }
}
