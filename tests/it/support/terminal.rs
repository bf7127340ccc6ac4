//! The program on a terminal of its own: what a person sees, and typing.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use super::Run;

/// Nothing that a test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// It is the program's terminal, not the test's.
const NOCTTY: i32 = OFlags::NOCTTY.bits().cast_signed();

/// A running program and the person before it.
pub struct Person {
    child: Child,
    keyboard: File,
    terminal: OwnedFd,
    screen: Arc<Mutex<Vec<u8>>>,
    _run: Run,
}

impl Run {
    /// Starts it with a terminal for everything, which sends Ctrl-C as a signal.
    pub fn on_terminal(self) -> Person {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("its right");
        unlockpt(&master).expect("its lock");
        let name = ptsname(&master, Vec::new()).expect("its name");
        let name = name.into_string().expect("its name");
        let terminal = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(NOCTTY)
            .open(name);
        let terminal = OwnedFd::from(terminal.expect("the terminal"));
        let stdio = || Stdio::from(terminal.try_clone().expect("the terminal"));
        // A session of its own, whose terminal this is.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_hangmeas")]);
        self.prepare(&mut command);
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        let child = command.spawn().expect("setsid");
        let keyboard = File::from(master);
        let mut eyes = keyboard.try_clone().expect("the terminal");
        let screen = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = eyes.read(&mut bytes) {
                seen.lock()
                    .expect("the screen")
                    .extend_from_slice(&bytes[..count]);
            }
        });
        Person {
            child,
            keyboard,
            terminal,
            screen,
            _run: self,
        }
    }
}

impl Person {
    /// What has been shown.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().expect("the screen")).into_owned()
    }

    /// Waits until a text has been shown so many times.
    #[track_caller]
    pub fn sees(&self, text: &str, times: usize) -> &Self {
        let began = Instant::now();
        while self.screen().matches(text).count() < times {
            assert!(
                began.elapsed() < PATIENCE,
                "no `{text}`:\n{}",
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// Types; `\x03` is Ctrl-C.
    pub fn types(&self, text: &str) -> &Self {
        (&self.keyboard)
            .write_all(text.as_bytes())
            .expect("the keyboard");
        self
    }

    /// Makes the window so large.
    pub fn resizes(&self, rows: u16, columns: u16) -> &Self {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&self.terminal, size).expect("the terminal's size");
        self
    }

    /// The terminal, which outlives the program.
    pub fn terminal(&self) -> OwnedFd {
        self.terminal.try_clone().expect("the terminal")
    }

    /// Waits for the end: the exit status, and all that was shown.
    #[track_caller]
    pub fn ends(mut self) -> (Option<i32>, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                break status;
            }
            if began.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("it does not end:\n{}", self.screen());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        // The last words may still be on their way.
        std::thread::sleep(Duration::from_millis(50));
        (status.code(), self.screen())
    }
}

/// Whether a terminal shows what is typed.
pub fn echoes(terminal: &OwnedFd) -> bool {
    let modes = tcgetattr(terminal).expect("the terminal's modes");
    modes.local_modes.contains(LocalModes::ECHO)
}
