//! A few threads that decode images, so that the window's thread never does.

use crossbeam_channel::{Sender, unbounded};

type Task = Box<dyn FnOnce() + Send>;

/// A bounded number of threads, started on the first task and stopped when the workshop is dropped.
pub struct Workshop {
    name: &'static str,
    threads: usize,
    tasks: Option<Sender<Task>>,
}

impl Workshop {
    pub fn new(name: &'static str, threads: usize) -> Self {
        Self {
            name,
            threads,
            tasks: None,
        }
    }

    /// Runs `task` on one of the threads, or on the calling thread if none can be started.
    pub fn run(&mut self, task: impl FnOnce() + Send + 'static) {
        let mut task: Task = Box::new(task);
        if self.tasks.is_none() {
            self.tasks = self.start();
        }
        if let Some(tasks) = &self.tasks {
            match tasks.send(task) {
                Ok(()) => return,
                Err(unsent) => task = unsent.0,
            }
        }
        task();
    }

    fn start(&self) -> Option<Sender<Task>> {
        let (sender, receiver) = unbounded::<Task>();
        let started = (0..self.threads)
            .filter(|_| {
                let receiver = receiver.clone();
                std::thread::Builder::new()
                    .name(self.name.to_owned())
                    .spawn(move || receiver.iter().for_each(|task| task()))
                    .is_ok()
            })
            .count();
        (started > 0).then_some(sender)
    }
}
