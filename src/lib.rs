//! Image Search: a catalogue of pictures that is searched by picture, with its subscription.
//!
//! This page is the way in: the floors of the house, and four ways through it. Files are named
//! where a private module has no page of its own.
//!
//! # Floors
//!
//! Each imports only from those below it; `tests/floors.rs` fails where one does not, and on
//! modules that import each other in a circle.
//!
//! | floor | what it is for | what it is not for |
//! | --- | --- | --- |
//! | [`cli`], [`selftest`] | arguments, headless verbs, the self-test | rules: they ask the worker like the window does |
//! | [`app`] | the eframe glue: takes events, runs actions, owns the tasks that may block | drawing |
//! | [`ui`] | panels and widgets: `(&Model, &mut Ui) -> Vec<Action>` | the worker and the engine, which it never sees |
//! | [`worker`] | the one thread that owns store and index: commands in, events out | decoding and embedding, which run on its pools |
//! | [`engine`] | files, pictures, vectors: decode, embed, index, store | policy: it does what it is told |
//! | [`domain`] | rules: money, plans, subscription, quota, filters, verdicts | I/O, clocks, threads |
//!
//! # Inside the worker
//!
//! A *desk* owns the state of one kind of work, is handed what all desks share
//! (`worker/shared.rs`: catalogue, door, pools, clock, outbox), and names the deadline at which it
//! wants to be looked at again (`worker/deadline.rs`). `worker/run.rs` routes commands and messages
//! to the desks and sleeps until the earliest deadline. No desk knows the loop or another desk.
//!
//! | desk | file |
//! | --- | --- |
//! | jobs of every kind, previews | `worker/jobs/desk.rs`; a kind is a `Run` (`jobs/run.rs`) and its lines in `jobs/kinds.rs` |
//! | queries | `worker/search.rs`; comparing two pictures in `worker/compare.rs` |
//! | edits, removals, undo | `worker/change.rs` |
//! | orders, release, restore | `worker/orders.rs` |
//! | exports | `worker/export.rs` |
//! | thumbnails, listings, pictures to show | `worker/thumbnails.rs`, `worker/show.rs` |
//! | the daily copy | `worker/backup.rs` |
//! | checking the catalogue | `worker/verify.rs` |
//! | the published state | `worker/publish.rs` |
//!
//! # The way of a dropped file
//!
//! 1. `app/drops.rs` looks at what was dropped on a thread of its own and asks for a preview:
//!    [`worker::Command::Preview`].
//! 2. The job desk stores a job in state [`domain::job::JobState::Proposed`] and walks the paths on
//!    a pool of its own ([`engine::files::walk`]); `worker/jobs/survey.rs` has each file that is not
//!    known by path, length and time read once ([`engine::files::ReadFiles`]), and keeps what it
//!    found ([`domain::record::ContentHash`], or why the file cannot be used) in the job's list.
//! 3. [`worker::Command::AcceptPreview`] makes it a job. `worker/jobs/import/task.rs` takes its
//!    pending files: known content only notes its path; new content is read, decoded
//!    ([`engine::decode`]) and embedded ([`engine::embed`]) by a [`engine::describe::Describe`].
//! 4. `worker/jobs/import/batch.rs` gathers what came back and asks the door (`worker/door.rs`) for
//!    an add call; [`engine::catalogue::Catalogue::commit`] writes records, vectors, meter and the
//!    job's place in one transaction of the [`engine::store`], then adds the vectors to the
//!    [`engine::index`].
//! 5. [`worker::Event::Indexed`] and [`worker::Event::State`] show it; [`worker::Event::JobEnded`]
//!    or [`worker::Event::JobHeld`] says what came of the job.
//!
//! # The way of a query
//!
//! 1. A [`domain::query::Query`] is a picture, which makes descriptors, and a cut of the answer,
//!    which does not. The search room sends it as an action; the app makes it a
//!    [`worker::Command::Search`] on a lane of its tab.
//! 2. `worker/search.rs` lets the newest query of each lane through the door, one call each.
//!    `worker/source.rs` finds its bytes or its stored descriptor; the query pool decodes and
//!    embeds.
//! 3. [`engine::catalogue::Catalogue::rank`] filters in SQL and asks the index (an exact scan or the
//!    graph); `engine/rest.rs` adds crops of the query, and `worker/trials.rs` tries the best as copies
//!    on the pool ([`engine::proof`]). What that comes to makes the verdicts ([`domain::verdict`]).
//! 4. [`worker::Event::Answered`] reaches the tab. Another cut ([`worker::Command::Refine`]) is
//!    answered from the same descriptors and is no call.
//!
//! # The way of an order
//!
//! 1. A dialog sends a [`domain::subscription::Wish`]; [`worker::Command::Quote`] answers with a
//!    [`domain::subscription::Quote`], the amount worked out by the account.
//! 2. [`worker::Command::Order`] returns that quote. `worker/orders.rs` confirms it against the
//!    [`domain::subscription::Account`] and appends the order to the ledger: both, or neither.
//!    Its copy beside the account is kept by `worker/ledger.rs`; the instant it counts from is the
//!    account's own ([`domain::subscription::Timeline`]).
//! 3. The loop lets held jobs try again and renews what an open preview says.
//!
//! # The way of a filter
//!
//! 1. [`domain::filter::Filter::parse`] makes a tree of the text; an error knows its place.
//!    Conditions of different origin are joined as trees.
//! 2. The filter travels in a query's cut or in a [`domain::catalogue::ListRequest`].
//! 3. `engine/store/filter_sql.rs` writes the tree as SQL with bound values.
//!
//! # Where to add
//!
//! * A room: its panel, and its entry in [`ui::rooms`].
//! * A kind of job: [`domain::job::JobKind`], its `Run`, its lines in `jobs/kinds.rs` and
//!   `ui/import/job_words.rs`.
//! * A format: [`engine::decode::Format`] and its decoder.
//! * An option of a query: [`domain::query::QueryPicture`] if it changes the descriptors,
//!   [`domain::query::Cut`] if it does not.

pub mod app;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod exit;
pub mod selftest;
pub mod signal;
pub mod ui;
pub mod worker;
