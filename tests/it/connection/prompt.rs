//! A password that a person types: asked for on a terminal only, not shown, three times at most.

use super::credentials::{PASSWORD, as_app, status};
use crate::support::echoes;

const QUESTION: &str = "Password for user app at ";

#[test]
fn it_is_asked_for_once_and_not_shown() {
    let person = status().on_terminal();
    person.sees(QUESTION, 1);
    assert!(!echoes(&person.terminal()), "what is typed is not shown");
    person.types(&format!("{PASSWORD}\n"));
    let (code, screen) = person.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(screen.matches(QUESTION).count(), 1, "{screen}");
    assert!(!screen.contains(PASSWORD), "{screen}");
}

#[test]
fn the_same_answer_serves_every_connection_of_a_run() {
    let person = as_app().args(["db", "drift", "-v"]).on_terminal();
    person.sees(QUESTION, 1);
    person.types(&format!("{PASSWORD}\n"));
    let (code, screen) = person.ends();
    assert!(matches!(code, Some(0 | 1)), "{screen}");
    assert_eq!(screen.matches(QUESTION).count(), 1, "{screen}");
    assert!(screen.matches(" connected ").count() >= 2, "{screen}");
}

#[test]
fn a_wrong_one_may_be_corrected_twice() {
    let person = status().on_terminal();
    for time in 1..=3 {
        person.sees(QUESTION, time).types("wrong\n");
    }
    let (code, screen) = person.ends();
    assert_eq!(code, Some(4), "{screen}");
    assert!(
        screen.contains("refuses app") && !screen.contains("wrong"),
        "{screen}"
    );
    assert_eq!(screen.matches(QUESTION).count(), 3, "{screen}");

    let person = status().on_terminal();
    person.sees(QUESTION, 1).types("wrong\n");
    person.sees(QUESTION, 2).types(&format!("{PASSWORD}\n"));
    assert_eq!(person.ends().0, Some(0));
}

#[test]
fn ctrl_c_and_no_answer_end_it_and_the_terminal_shows_again() {
    let person = status().on_terminal();
    person.sees(QUESTION, 1).types("\x03");
    let terminal = person.terminal();
    let (code, screen) = person.ends();
    assert_eq!(code, Some(130), "{screen}");
    assert!(echoes(&terminal), "the terminal is as before");

    let person = status().on_terminal();
    person.sees(QUESTION, 1).types("\n");
    let (code, screen) = person.ends();
    assert_eq!(code, Some(4), "{screen}");
    assert!(screen.contains("none is configured"), "{screen}");
}

#[test]
fn nobody_is_asked_without_a_terminal_or_against_their_will() {
    status()
        .stdin(format!("{PASSWORD}\n"))
        .run()
        .exits(4)
        .never_says(QUESTION);
    for flag in ["-w", "--no-password"] {
        let (code, screen) = status().arg(flag).on_terminal().ends();
        assert_eq!(code, Some(4), "{screen}");
        assert!(!screen.contains(QUESTION), "{screen}");
    }
    // One that is configured and wrong is an error, as for psql.
    let (code, screen) = status()
        .env("DATABASE_PASSWORD", "wrong")
        .on_terminal()
        .ends();
    assert_eq!(code, Some(4), "{screen}");
    assert!(!screen.contains(QUESTION), "{screen}");
}
