//! A running import: its numbers, and the pictures appearing as they are done.

use egui::{
    Align, Align2, Area, Context, Frame, Id, Layout, Margin, Order, Sense, Stroke, Ui, Vec2,
};
use egui_material_icons::icons::{ICON_EXPAND_MORE, ICON_WARNING};

use super::{job_buttons_ui, job_words};
use crate::{
    domain::job::{Job, JobState},
    ui::{
        action::{Action, ImportAction},
        grid::covering,
        model::Model,
        tokens::{Tokens, body, large, radius, size, small, space},
        widgets::{Meter, grouped, icon_button, link, meter},
        width::Width,
    },
};

const WIDTH: f32 = 376.0;
const THUMBNAIL: f32 = 52.0;

/// Draws the sheet over the lower right corner while a job runs; `open` is whether it is wanted.
pub fn progress_ui(open: &mut bool, model: &mut Model, ctx: &Context, actions: &mut Vec<Action>) {
    let Some(job) = model.current_job().cloned() else {
        return;
    };
    if !*open {
        return;
    }
    let tokens = Tokens::of(ctx);
    let window = ctx.content_rect();
    let below = Width::of_window(ctx).below();
    Area::new(Id::unique("import progress"))
        .order(Order::Middle)
        .anchor(Align2::RIGHT_BOTTOM, Vec2::new(-space::M, -below))
        .show(ctx, |ui| {
            Frame::new()
                .fill(tokens.panel)
                .stroke(Stroke::new(1.0, tokens.strong_line))
                .corner_radius(radius::CARD)
                .inner_margin(Margin::same(space::L as i8))
                .show(ui, |ui| {
                    ui.set_width(WIDTH.min(window.width() - 2.0 * space::M - 2.0 * space::L));
                    ui.horizontal(|ui| {
                        let title = job_words::title(&job);
                        ui.set_height(32.0);
                        let width = ui.available_width() - 40.0;
                        ui.allocate_ui(Vec2::new(width, 24.0), |ui| {
                            ui.set_min_width(width);
                            ui.add(egui::Label::new(large(title)).truncate());
                        });
                        let hide = icon_button(ui, ICON_EXPAND_MORE, "Hide the progress", "Hide");
                        if hide.clicked() {
                            *open = false;
                        }
                    });
                    job_ui(&job, ui, actions);
                    recent_ui(model, ui);
                });
        });
}

/// The numbers of a job, with what can be done about it.
fn job_ui(job: &Job, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let held = job.state == JobState::Held;
    let colour = if held { tokens.warning } else { tokens.accent };
    let label = "Progress of the job";
    meter(
        ui,
        &Meter {
            value: job.done(),
            pending: 0,
            cap: job.total,
            marks: &[],
            colour,
            label,
        },
    );
    let words = Job {
        because: None,
        failed: 0,
        ..job.clone()
    };
    ui.add(egui::Label::new(small(job_words::progress(&words)).color(tokens.dim)).truncate());
    if let Some(because) = &job.because {
        ui.horizontal_top(|ui| {
            ui.label(
                ICON_WARNING
                    .rich_text()
                    .size(size::ICON)
                    .color(tokens.warning),
            );
            ui.add(egui::Label::new(body(because).color(tokens.text)).wrap());
        });
    }
    ui.horizontal(|ui| {
        if job.failed > 0 {
            let label = format!("{} failed", grouped(job.failed));
            if link(ui, &label).clicked() {
                actions.push(Action::Import(ImportAction::ShowFailures(job.id)));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            job_buttons_ui(job, true, ui, actions);
        });
    });
}

/// The pictures indexed last, the newest first, in two rows.
fn recent_ui(model: &mut Model, ui: &mut Ui) {
    if model.recent_indexed.is_empty() {
        return;
    }
    let tokens = Tokens::of(ui);
    let gap = space::S;
    let room = ui.available_width();
    let columns = ((room + gap) / (THUMBNAIL + gap)).floor().max(1.0) as usize;
    // The remaining width is distributed, so that a row ends flush with the meter above it.
    let side = (room + gap) / columns as f32 - gap;
    ui.add_space(space::XS);
    ui.spacing_mut().item_spacing = Vec2::splat(gap);
    let ids: Vec<_> = model
        .recent_indexed
        .iter()
        .copied()
        .take(columns * 2)
        .collect();
    for row in ids.chunks(columns) {
        ui.horizontal(|ui| {
            for id in row {
                let size = Vec2::splat(side);
                let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
                ui.painter().rect_filled(rect, 6, tokens.well);
                if let Some(texture) = model.thumbnails.texture(ui.ctx(), *id) {
                    ui.painter()
                        .add(covering(rect, texture, egui::CornerRadius::same(6)));
                }
            }
        });
    }
}
