//! The verbs of the subscription.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    failed::Failed,
    place::Place,
    print,
    session::{Session, User},
};
use crate::{
    domain::{
        catalogue::State,
        money::Cents,
        path::shown,
        plan::{PlanId, price_list},
        subscription::{ClockAnswer, ClockDoubt, Order, Phase, Quote, Refusal, Wish},
        words::{grouped, instant, long_date, plural},
    },
    exit::Exit,
    worker::{Command, Event},
};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Package, period, usage and orders
    Show {
        #[arg(long)]
        json: bool,
    },
    /// Start the free month
    Trial {
        #[arg(long)]
        json: bool,
    },
    /// Buy a package where none is in force
    Buy(Choice),
    /// What a change costs now; with --months, what a purchase or a renewal costs
    Quote(Choice),
    /// Change to another package for the rest of the period
    Change(Choice),
    /// Prepay further months, with the same package or another
    Renew(Choice),
    /// Every order, as CSV to a file or to the terminal
    Ledger {
        file: Option<PathBuf>,
        /// Replace a file of that name
        #[arg(long)]
        force: bool,
    },
    /// Put a released catalogue back, after a new purchase
    Restore { folder: PathBuf },
    /// Take the subscription of a catalogue that is gone over, where none was ordered here
    Recover,
    /// The catalogue's time and the computer's clock; which is right where they do not fit
    Clock(ClockArgs),
}

#[derive(Debug, Args)]
pub struct ClockArgs {
    /// The computer's clock is right
    #[arg(long, conflicts_with = "wrong")]
    confirm: bool,
    /// The computer's clock is wrong, and the catalogue's time is right
    #[arg(long)]
    wrong: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct Choice {
    /// For instance 2.5m-5; see `plans`
    #[arg(long, value_name = "ID", value_parser = package)]
    package: Option<PlanId>,
    /// 1 to 36
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36))]
    months: Option<u32>,
    #[arg(long)]
    json: bool,
}

fn package(text: &str) -> Result<PlanId, String> {
    let id = PlanId(text.to_owned());
    match price_list().get(&id) {
        Some(_) => Ok(id),
        None => Err("there is no such package; `image-search plans` lists them".to_owned()),
    }
}

pub fn plans(as_json: bool) -> Result<Exit, Failed> {
    if as_json {
        let plans: Vec<_> = price_list()
            .plans
            .iter()
            .map(|plan| {
                json!({
                    "package": plan.id,
                    "images": plan.images,
                    "query_qps": plan.query_qps,
                    "add_qps": plan.add_qps,
                    "delete_qps": plan.delete_qps,
                    "price_cents": plan.price,
                })
            })
            .collect();
        print::json(&plans)?;
        return Ok(Exit::Done);
    }
    print::line("package     images a month  QPS   price a month")?;
    for plan in &price_list().plans {
        print::line(&format!(
            "{:<10} {:>15}  {:>3}  {:>14}",
            plan.id.to_string(),
            grouped(plan.images),
            plan.query_qps,
            plan.price.to_string()
        ))?;
    }
    print::line(&format!(
        "Larger than these: ask {} for a quote.",
        price_list().contact
    ))?;
    Ok(Exit::Done)
}

pub fn run(place: &Place, verb: Verb) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let writes = !matches!(
        verb,
        Verb::Show { .. } | Verb::Quote(_) | Verb::Ledger { .. } | Verb::Clock(_)
    );
    let exit = run_in(&mut session, verb)?;
    if writes {
        session.back_up();
    }
    Ok(exit)
}

fn run_in(session: &mut Session, verb: Verb) -> Result<Exit, Failed> {
    match verb {
        Verb::Show { json } => show(&session.state, json),
        Verb::Trial { json } => {
            let order = order(session, Command::StartTrial)?;
            report_order(&order, json)
        }
        Verb::Quote(choice) => {
            let wish = wish(session, &choice)?;
            let quote = quote(session, wish)?;
            if choice.json {
                print::json(&quote_json(&quote))
            } else {
                print_quote(&quote)
            }?;
            Ok(Exit::Done)
        }
        Verb::Buy(choice) => {
            let plan = choice.package.clone().ok_or_else(needs_package)?;
            let months = choice.months.unwrap_or(1);
            place_order(session, Wish::Purchase { plan, months }, choice.json)
        }
        Verb::Change(choice) => {
            if choice.months.is_some() {
                return Err(Failed::usage(
                    "A change lasts to the end of the period that is paid. Leave --months out, or \
                     renew afterwards.",
                ));
            }
            let plan = choice.package.clone().ok_or_else(needs_package)?;
            place_order(session, Wish::Change { plan }, choice.json)
        }
        Verb::Renew(choice) => {
            let plan = package_or_own(session, &choice)?;
            let months = choice.months.unwrap_or(1);
            place_order(session, Wish::Renewal { plan, months }, choice.json)
        }
        Verb::Ledger { file, force } => session.export(file, force, ("order", "orders"), |to| {
            Command::ExportLedger { to }
        }),
        Verb::Restore { folder } => {
            // As `status` and the window name it, or from here.
            let named = session.state.data_dir.join(&folder);
            let folder = match named.is_dir() {
                true => named,
                false => std::path::absolute(&folder).unwrap_or(folder),
            };
            let text = session.ask_done(Command::RestoreSetAside { folder })?;
            print::line(&text)?;
            Ok(Exit::Done)
        }
        Verb::Recover => {
            let text = session.ask_done(Command::TakeOverLedger)?;
            print::line(&text)?;
            Ok(Exit::Done)
        }
        Verb::Clock(args) => clock(session, &args),
    }
}

fn clock(session: &mut Session, args: &ClockArgs) -> Result<Exit, Failed> {
    let answer = match (args.confirm, args.wrong) {
        (true, _) => Some(ClockAnswer::Clock),
        (_, true) => Some(ClockAnswer::Trusted),
        _ => None,
    };
    if let Some(answer) = answer {
        let text = session.ask_done(Command::AnswerClock(answer))?;
        print::line(&text)?;
        return Ok(Exit::Done);
    }
    let state = &session.state;
    if args.json {
        print::json(&json!({ "now": state.now, "doubt": state.clock_doubt }))?;
        return Ok(Exit::Done);
    }
    print::line(&format!("The catalogue's time: {}", instant(state.now)))?;
    match &state.clock_doubt {
        Some(doubt) => print_doubt(doubt),
        None => print::line("The computer's clock is trusted."),
    }?;
    Ok(Exit::Done)
}

fn print_doubt(doubt: &ClockDoubt) -> Result<(), Failed> {
    print::line(&format!(
        "The computer's clock says: {}. Which is right? Say --confirm where it is that of the \
         computer, --wrong where it is the catalogue's.",
        instant(doubt.clock)
    ))
}

fn needs_package() -> Failed {
    Failed::usage("Say which package, for instance --package 2.5m-5; `plans` lists them.")
}

fn package_or_own(session: &Session, choice: &Choice) -> Result<PlanId, Failed> {
    let own = || {
        session
            .state
            .account
            .standing(session.state.now)
            .plan
            .map(|plan| plan.id)
    };
    choice
        .package
        .clone()
        .or_else(own)
        .ok_or_else(needs_package)
}

/// Without a package in force a purchase is quoted; overdue, or with months, a renewal; else the
/// change.
fn wish(session: &Session, choice: &Choice) -> Result<Wish, Failed> {
    let plan = package_or_own(session, choice)?;
    let months = choice.months.unwrap_or(1);
    let phase = session.state.account.standing(session.state.now).phase;
    Ok(match phase {
        Phase::None | Phase::Released { .. } => Wish::Purchase { plan, months },
        Phase::Overdue { .. } => Wish::Renewal { plan, months },
        Phase::Trial | Phase::Active if choice.months.is_some() => Wish::Renewal { plan, months },
        Phase::Trial | Phase::Active => Wish::Change { plan },
    })
}

fn quote(session: &mut Session, wish: Wish) -> Result<Quote, Failed> {
    session.ask(Command::Quote(wish), |asked, event| match event {
        Event::Quoted { request, quote } if request == asked => Some(*quote),
        _ => None,
    })
}

fn order(session: &mut Session, command: Command) -> Result<Order, Failed> {
    session.ask(command, |asked, event| match event {
        Event::Ordered { request, order } if request == asked => Some(*order),
        _ => None,
    })
}

fn place_order(session: &mut Session, wish: Wish, as_json: bool) -> Result<Exit, Failed> {
    let quote = quote(session, wish)?;
    let order = order(session, Command::Order(Box::new(quote)))?;
    report_order(&order, as_json)
}

fn report_order(order: &Order, as_json: bool) -> Result<Exit, Failed> {
    if as_json {
        print::json(order)?;
    } else {
        print::line(&format!(
            "{} of {}: {}, until {}. Recorded here; no payment provider was contacted.",
            order.kind.label(),
            order.plan,
            order.amount,
            instant(order.period_end)
        ))?;
    }
    Ok(Exit::Done)
}

fn quote_json(quote: &Quote) -> serde_json::Value {
    json!({
        "kind": quote.kind,
        "from": quote.from,
        "to": quote.to,
        "at": quote.at,
        "months": quote.months,
        "old_balance_cents": quote.old_balance,
        "new_balance_cents": quote.new_balance,
        "amount_cents": quote.amount,
        "period_start": quote.period_start,
        "period_end": quote.period_end,
    })
}

fn print_quote(quote: &Quote) -> Result<(), Failed> {
    print::line(&format!("{} to {}", quote.kind.label(), quote.to))?;
    print::line(&format!(
        "  balance of the new package  {:>14}",
        quote.new_balance.to_string()
    ))?;
    print::line(&format!(
        "  balance of the old package  {:>14}",
        quote.old_balance.to_string()
    ))?;
    let (words, amount) = match quote.amount < Cents::ZERO {
        true => ("back today", -quote.amount),
        false => ("to pay today", quote.amount),
    };
    print::line(&format!("  {words:<26}  {:>14}", amount.to_string()))?;
    print::line(&format!(
        "  period ends                 {}",
        instant(quote.period_end)
    ))
}

fn show(state: &State, as_json: bool) -> Result<Exit, Failed> {
    if as_json {
        print::json(&json!({
            "now": state.now,
            "standing": state.account.standing(state.now),
            "usage": state.usage,
            "trial_used": state.account.trial_used(),
            "lost_ledger": state.lost_ledger,
            "clock_doubt": state.clock_doubt,
            "orders": state.account.orders(),
        }))?;
        return Ok(Exit::Done);
    }
    print_standing(state)?;
    for row in state.account.ledger_rows() {
        let order = row.order;
        print::line(&format!(
            "{:>3}  {}  {:<9}  {:<8}  {:>14}",
            order.number,
            long_date(order.at),
            order.kind.label(),
            order.plan.to_string(),
            order.amount.to_string()
        ))?;
    }
    Ok(Exit::Done)
}

/// Package, period and usage in two or three lines.
pub fn print_standing(state: &State) -> Result<(), Failed> {
    let standing = state.account.standing(state.now);
    let package = standing
        .plan
        .as_ref()
        .map_or_else(String::new, |plan| format!(" {}", plan.id));
    print::line(&format!("Subscription: {}{package}", standing.phase.id()))?;
    if let Some((start, end)) = standing.period {
        print::line(&format!(
            "  {} to {}, {} left",
            instant(start),
            instant(end),
            plural(standing.days_left.unsigned_abs(), "day", "days")
        ))?;
    }
    if let Some((plan, start, end)) = &standing.upcoming {
        print::line(&format!(
            "  then {plan}, {} to {}",
            instant(*start),
            instant(*end)
        ))?;
    }
    if standing.cap() > 0 {
        print::line(&format!(
            "  {} of {} uploaded this month, {} stored",
            grouped(state.usage.uploaded),
            grouped(state.usage.cap),
            grouped(state.usage.stored)
        ))?;
    }
    if let Some(lost) = &state.lost_ledger {
        print::line(&format!(
            "  The subscription of the catalogue that was in {}, {} until {}, can be taken over: \
             \"image-search subscription recover\".",
            shown(&lost.data_dir),
            lost.plan,
            instant(lost.until)
        ))?;
    }
    if let Some(doubt) = state.clock_doubt {
        print::line(&format!("  {}", Refusal::ClockDoubted(doubt)))?;
    } else if let Err(refusal) = state.account.package_in_force(state.now) {
        print::line(&format!("  {refusal}"))?;
    }
    for alert in &state.usage.alerts {
        print::line(&format!("  {}", alert.text))?;
    }
    Ok(())
}
