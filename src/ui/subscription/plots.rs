//! The two plots of the dashboard: calls a second over the last minute, uploads a day.

use egui::{Color32, Role, Ui, Vec2b, WidgetInfo};
use egui_plot::{Bar, BarChart, HLine, Plot};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use super::rows::{card_ui, ends_ui};
use crate::{
    domain::{
        catalogue::{CallSeconds, State},
        plan::Plan,
        words::grouped,
    },
    ui::{
        tokens::{Tokens, Weight, body, large, small, space},
        widgets::{day, plural},
    },
};

const CALLS_HEIGHT: f32 = 44.0;
const UPLOADS_HEIGHT: f32 = 72.0;

/// Calls of each kind beside each other, each with its quota as a line.
pub fn calls_ui(state: &State, plan: Option<&Plan>, ui: &mut Ui) {
    card_ui(ui, |ui| {
        heading_ui(ui, "Calls a second", "last minute");
        ui.columns(state.calls.len().max(1), |columns| {
            for (column, calls) in columns.iter_mut().zip(state.calls.iter()) {
                let quota = plan.map(|plan| plan.quota(calls.kind));
                column.vertical(|ui| calls_of_kind_ui(calls, quota, ui));
            }
        });
        ui.label(
            small("A call over the quota waits its turn; none is refused or lost.")
                .color(Tokens::of(ui).dim),
        );
    });
}

fn calls_of_kind_ui(calls: &CallSeconds, quota: Option<u32>, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.label(small(calls.kind.label()).color(tokens.dim));
    let now = calls.per_second.last().copied().unwrap_or_default();
    let text = match quota {
        Some(quota) => format!("{now} of {quota}"),
        None => now.to_string(),
    };
    ui.label(body(text).semibold());
    let waits = calls.waiting > 0;
    let colour = if waits { tokens.warning } else { tokens.accent };
    let bars = calls.per_second.iter().enumerate();
    let bars = bars
        .map(|(second, &count)| bar(second, f64::from(count), colour))
        .collect();
    let top = f64::from(quota.unwrap_or(1).max(1));
    let last = calls.per_second.len();
    let plot = bare_plot(("calls", calls.kind), CALLS_HEIGHT)
        .include_x(-0.5)
        .include_x(last as f64 - 0.5)
        .include_y(0.0)
        .include_y(top * 1.1)
        .label_formatter(|_| None);
    let line = tokens.faint;
    let words = format!(
        "{} a second over the last minute: {} at most, {} in all. The line is the quota.",
        calls.kind.label(),
        calls.per_second.iter().max().copied().unwrap_or_default(),
        grouped(calls.total),
    );
    let response = plot
        .show(ui, |plot| {
            if quota.is_some() {
                plot.hline(HLine::new("quota", top).color(line).width(1.0));
            }
            plot.bar_chart(BarChart::new("calls", bars).allow_hover(false));
        })
        .response;
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
    response.on_hover_text(words);
    let (text, colour) = if waits {
        (format!("{} waiting", calls.waiting), tokens.warning)
    } else {
        (format!("{} in all", grouped(calls.total)), tokens.dim)
    };
    ui.label(small(text).color(colour));
}

/// Days shown, as many as the state tells of.
const DAYS: i32 = 90;

/// Bars of the last 90 days, today at the right.
pub fn uploads_ui(state: &State, ui: &mut Ui) {
    let days = &state.uploads_by_day;
    card_ui(ui, |ui| {
        let tokens = Tokens::of(ui);
        let total: u64 = days.iter().map(|(_, uploads)| uploads).sum();
        let all = format!("{} in {DAYS} days", grouped(total));
        heading_ui(ui, "Uploads a day", &all);
        if total == 0 {
            ui.label(body("No picture was indexed in this time.").color(tokens.dim));
            return;
        }
        let most = days
            .iter()
            .map(|(_, uploads)| *uploads)
            .max()
            .unwrap_or_default();
        let first = first_day(state.now);
        let bars = days
            .iter()
            .filter_map(|(date, uploads)| upload_bar(first, *date, *uploads, tokens.accent));
        let chart = BarChart::new("uploads", bars.collect())
            .element_formatter(Box::new(|bar, _| bar.name.clone()));
        let response = bare_plot("uploads", UPLOADS_HEIGHT)
            .include_x(-0.5)
            .include_x(f64::from(DAYS) - 0.5)
            .include_y(0.0)
            .include_y(most as f64)
            .show(ui, |plot| plot.bar_chart(chart))
            .response;
        let words = format!("Uploads a day: {all}, at most {} a day", grouped(most));
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
        let from = format!("{} · at most {} a day", day(first), grouped(most));
        ends_ui(
            ui,
            16.0,
            small(from).color(tokens.dim),
            &[small("today").color(tokens.dim)],
        );
    });
}

/// The first of the days shown.
fn first_day(now: Timestamp) -> Date {
    let today = now.to_zoned(TimeZone::UTC).date();
    today.saturating_sub(Span::new().days(DAYS - 1))
}

/// A day's bar at its place, days without uploads beside it left empty; none for a day before the
/// first.
fn upload_bar(first: Date, date: Date, uploads: u64, colour: Color32) -> Option<Bar> {
    let place = first.until(date).ok()?.get_days();
    let words = format!("{}\n{}", day(date), plural(uploads, "upload", "uploads"));
    let bar = bar(usize::try_from(place).ok()?, uploads as f64, colour);
    Some(bar.name(words))
}

fn bar(position: usize, height: f64, colour: Color32) -> Bar {
    Bar::new(position as f64, height)
        .width(0.72)
        .fill(colour)
        .stroke(egui::Stroke::NONE)
}

/// A plot that only shows: no axes, grid, zoom or drag.
fn bare_plot<'a>(id: impl egui::AsIdSalt, height: f32) -> Plot<'a> {
    Plot::new(id)
        .height(height)
        .show_axes(Vec2b::FALSE)
        .show_grid(Vec2b::FALSE)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .show_crosshair(false)
        .allow_zoom(Vec2b::FALSE)
        .allow_drag(Vec2b::FALSE)
        .allow_scroll(Vec2b::FALSE)
        .allow_axis_zoom_drag(Vec2b::FALSE)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .set_margin_fraction(egui::Vec2::ZERO)
}

/// A card's heading with an aside at the right.
pub fn heading_ui(ui: &mut Ui, heading: &str, aside: &str) {
    let tokens = Tokens::of(ui);
    let heading = large(heading).color(tokens.text);
    ends_ui(ui, 24.0, heading, &[small(aside).color(tokens.dim)]);
}
