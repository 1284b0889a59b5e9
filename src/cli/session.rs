//! A headless client of the worker: sends a command and waits for its answer.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crossbeam_channel::{Receiver, select};
use directories::ProjectDirs;

use super::{failed::Failed, place::Place, print};
use crate::{
    domain::{
        catalogue::State,
        path::shown,
        words::{grouped, plural},
    },
    engine::{
        child::{self, Ended},
        decode::Limits,
        describe::Describer,
        embed::{self, Embedder},
        files::{Disk, guard::InChild},
        index::IndexConfig,
        store::{Store, StoreError},
    },
    exit::Exit,
    signal::{self, Signal},
    worker::{self, Command, Copies, Event, Handle, Options, RequestId, Target, Waker},
};

const ENDED: &str = "The program's worker has ended unexpectedly.";

/// The default folders: the platform's own for data and configuration.
///
/// # Errors
///
/// Where the user has no home folder.
pub fn folders(place: &Place) -> Result<(PathBuf, PathBuf), Failed> {
    let own = || {
        ProjectDirs::from("", "", "image-search").ok_or_else(|| {
            Failed::usage("There is no home folder. Say where the catalogue lies with --data-dir.")
        })
    };
    let data = match &place.data_dir {
        Some(dir) => dir.clone(),
        None => own()?.data_dir().to_owned(),
    };
    let config = match &place.config_dir {
        Some(dir) => dir.clone(),
        None => own()?.config_dir().to_owned(),
    };
    let data = std::path::absolute(&data).unwrap_or(data);
    Ok((data, config))
}

/// Who uses the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Goes on with all jobs, and keeps a core for itself.
    Window,
    /// A verb that imports: goes on with all jobs, on all cores.
    Import,
    /// A verb that asks for one thing.
    Verb,
}

impl User {
    fn threads(self) -> usize {
        match self {
            // All cores but one.
            Self::Window => 0,
            Self::Import | Self::Verb => {
                std::thread::available_parallelism().map_or(1, usize::from)
            }
        }
    }

    fn copies(self) -> Copies {
        match self {
            Self::Window => Copies::InBackground,
            Self::Import | Self::Verb => Copies::WhenAsked,
        }
    }

    fn resumes_jobs(self) -> bool {
        self != Self::Verb
    }
}

/// Everything a worker needs, the data folder locked.
///
/// # Errors
///
/// [`StoreError::Locked`] where another process has the folder, or a sentence about folder or
/// model.
pub fn options(place: &Place, user: User) -> Result<Options, OptionsError> {
    let (data_dir, config_dir) = folders(place).map_err(OptionsError::Failed)?;
    let lock = Store::lock(&data_dir).map_err(OptionsError::Lock)?;
    let program = std::env::current_exe().unwrap_or_default();
    let mut notices = Vec::new();
    let own = match &place.model {
        Some(file) => own_model(&program, file).map(Some),
        None => Ok(None),
    };
    let own = match (own, user) {
        (Err(reason), User::Window) => {
            notices.push(format!(
                "{reason} The built-in model is used instead; choose another one in Settings."
            ));
            None
        }
        (own, _) => own.map_err(|reason| OptionsError::Failed(Failed::new(reason)))?,
    };
    let embedder = own
        .map_or_else(embed::default_model, Ok)
        .map_err(|error| OptionsError::Failed(Failed::new(error)))?;
    let limits = Limits::default();
    Ok(Options {
        data_dir,
        config_dir,
        clock: place.clock(),
        describer: Arc::new(Describer::new(embedder, limits)),
        files: Arc::new(Disk { limits }),
        trial: Arc::new(InChild::new(program)),
        limits,
        index: IndexConfig::default(),
        threads: user.threads(),
        resume_jobs: user.resumes_jobs(),
        copies: user.copies(),
        notices,
        lock,
    })
}

/// How long a model may take to be opened in a process of its own.
const PATIENCE: Duration = Duration::from_secs(120);

/// A model of the user's own, which is opened here only after another process has survived it; the
/// sentence for one that cannot be used.
fn own_model(program: &Path, file: &Path) -> Result<Arc<dyn Embedder>, String> {
    let arguments = ["try-model".as_ref(), file.as_os_str()];
    match child::run(program, &arguments, PATIENCE) {
        Ok(Ended::Itself { code: 0, .. }) => {}
        Ok(Ended::Itself { code: 1, said }) => return Err(said),
        // Where no process can be started, nothing is known against the model.
        Err(_) => {}
        Ok(_) => {
            return Err(format!(
                "The model {} ended the program that tried it, or took more memory or time than a \
                 model of its size needs.",
                shown(file)
            ));
        }
    }
    embed::open_model(file).map_err(|error| error.to_string())
}

/// Why there are no [`Options`].
#[derive(Debug)]
pub enum OptionsError {
    Lock(StoreError),
    Failed(Failed),
}

impl From<OptionsError> for Failed {
    fn from(error: OptionsError) -> Self {
        match error {
            OptionsError::Lock(error) => Self::new(error),
            OptionsError::Failed(failed) => failed,
        }
    }
}

/// A worker and its latest state.
pub struct Session {
    worker: Handle,
    signals: Receiver<Signal>,
    pub state: Arc<State>,
}

impl Session {
    /// Starts the worker and waits until the catalogue is open.
    ///
    /// # Errors
    ///
    /// A sentence where it cannot be opened.
    pub fn open(place: &Place, user: User) -> Result<Self, Failed> {
        Self::start(options(place, user)?)
    }

    /// The same with options made elsewhere.
    ///
    /// # Errors
    ///
    /// A sentence where the catalogue cannot be opened.
    pub fn start(options: Options) -> Result<Self, Failed> {
        let signals = signal::listen();
        let silent: Waker = Box::new(|| {});
        let worker = worker::start(options, silent).map_err(Failed::new)?;
        let state = loop {
            let event = select! {
                recv(worker.events()) -> event => event,
                recv(signals) -> signal => match signal {
                    Ok(Signal(number)) => {
                        let exit = Exit::Signal(number);
                        let text = "Stopped before the catalogue was open.".to_owned();
                        return Err(Failed { exit, text });
                    }
                    // Nobody listens to signals here.
                    Err(_) => worker.events().recv(),
                },
            };
            match event {
                Ok(Event::State(state)) => break state,
                Ok(Event::Message(message)) => print::error(&message.text),
                Ok(Event::CannotOpen { failure, .. }) => return Err(failure.into()),
                Ok(_) => {}
                Err(_) => return Err(Failed::new(ENDED)),
            }
        };
        Ok(Self {
            worker,
            signals,
            state,
        })
    }

    pub fn send(&self, command: Command) -> RequestId {
        self.worker.send(command)
    }

    /// The next event; states are kept, messages go to the terminal.
    ///
    /// # Errors
    ///
    /// A sentence where the worker has ended.
    pub fn next_event(&mut self) -> Result<Event, Failed> {
        let event = select! {
            recv(self.worker.events()) -> event => event,
            recv(self.signals) -> signal => match signal {
                Ok(signal) => return Err(self.interrupted(signal)),
                // Nobody listens to signals here.
                Err(_) => self.worker.events().recv(),
            },
        }
        .map_err(|_| Failed::new(ENDED))?;
        match &event {
            Event::State(state) => self.state = state.clone(),
            Event::CannotOpen { failure, .. } => return Err(failure.clone().into()),
            _ => {}
        }
        Ok(event)
    }

    /// Ends the worker, which commits what is done; says where the rest goes on.
    fn interrupted(&mut self, signal: Signal) -> Failed {
        self.send(Command::Stop);
        let mut text = String::from("Stopped; what was done is saved.");
        for event in self.worker.events() {
            match event {
                Event::State(state) => self.state = state,
                Event::Stopped => break,
                _ => {}
            }
        }
        if let Some(job) = self.state.jobs.first() {
            text += &format!(
                " {}: {} of {} done. The next index goes on with the rest, and so does the window.",
                job.title,
                grouped(job.done()),
                grouped(job.total)
            );
        }
        Failed {
            exit: Exit::Signal(signal.0),
            text,
        }
    }

    /// Sends a command and waits for the event that `answer` recognises as its result.
    ///
    /// # Errors
    ///
    /// What the worker says in refusal.
    pub fn ask<T>(
        &mut self,
        command: Command,
        mut answer: impl FnMut(RequestId, Event) -> Option<T>,
    ) -> Result<T, Failed> {
        let asked = self.send(command);
        loop {
            let event = self.next_event()?;
            if let Event::Failed { request, failure } = event {
                if request == asked {
                    return Err(failure.into());
                }
                continue;
            }
            if let Some(result) = answer(asked, event) {
                return Ok(result);
            }
        }
    }

    /// Waits for a command's "done"; returns its text.
    ///
    /// # Errors
    ///
    /// What the worker says in refusal.
    pub fn ask_done(&mut self, command: Command) -> Result<String, Failed> {
        self.ask(command, |asked, event| match event {
            Event::Done { request, text, .. } if request == asked => Some(text),
            _ => None,
        })
    }

    /// Makes the daily copy where one is due, after a verb that wrote. That it cannot be made is
    /// told, and takes nothing from what the verb has done.
    pub fn back_up(mut self) {
        let made = self.ask(Command::BackUp, |asked, event| match event {
            Event::Message(message) => {
                print::error(&message.text);
                None
            }
            Event::Done { request, .. } if request == asked => Some(()),
            _ => None,
        });
        if let Err(failed) = made {
            print::error(&failed.text);
        }
    }

    /// Exports to `file`, which is replaced only by `force`, or to the terminal; `row` is the word
    /// for one row, and for several.
    ///
    /// # Errors
    ///
    /// What the worker says in refusal.
    pub fn export(
        &mut self,
        file: Option<PathBuf>,
        force: bool,
        row: (&str, &str),
        command: impl Fn(Target) -> Command,
    ) -> Result<Exit, Failed> {
        let mut export = |path: &Path| {
            let to = Target {
                path: path.to_owned(),
                replace: force,
            };
            self.ask(command(to), |asked, event| match event {
                Event::Exported { request, rows, .. } if request == asked => Some(rows),
                _ => None,
            })
        };
        if let Some(file) = file {
            let rows = export(&file)?;
            eprintln!("{} in {}", plural(rows, row.0, row.1), shown(&file));
            return Ok(Exit::Done);
        }
        let folder = tempfile::tempdir().map_err(Failed::new)?;
        let file = folder.path().join("export");
        export(&file)?;
        print::file(&file)?;
        Ok(Exit::Done)
    }
}
