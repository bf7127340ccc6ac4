//! The command line as people meet it: what each command prints, what it asks, what it refuses.

mod golden;
mod mask;
mod prompt;
mod stage;
mod whole;
