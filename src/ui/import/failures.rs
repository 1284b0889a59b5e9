//! Files that could not be indexed: each with its reason, and another try for all.

use egui::{Context, FontId, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use crate::{
    domain::{import::FileFailure, path::shown, text::fold},
    ui::{
        action::{Action, ImportAction},
        grid::elide_middle,
        model::Model,
        text::elided,
        tokens::{Tokens, body, size, space},
        widgets::{self, Button, dialog_sized, plural},
    },
};

const ROW: f32 = 44.0;

/// What the list remembers.
#[derive(Default)]
pub struct FailuresView {
    filter: String,
    /// Places in the list that match the filter; kept while neither changes.
    matching: Option<(String, usize, Vec<usize>)>,
}

/// Draws the dialog with a job's failures while they are asked for.
pub fn failures_ui(
    view: &mut FailuresView,
    model: &Model,
    ctx: &Context,
    actions: &mut Vec<Action>,
) {
    let Some(asked) = &model.job_failures else {
        *view = FailuresView::default();
        return;
    };
    let job = asked.job;
    let closed = dialog_sized(
        ctx,
        "failures",
        "Files that could not be indexed",
        760.0,
        |ui| {
            let tokens = Tokens::of(ui);
            let Some(failures) = &asked.failures else {
                ui.horizontal(|ui| {
                    ui.spinner();
                    ui.label(body("Reading the list…").color(tokens.dim));
                });
                return;
            };
            if failures.is_empty() {
                ui.label(body("None: every file was indexed.").color(tokens.dim));
                return;
            }
            let count = plural(failures.len() as u64, "file", "files");
            let words = format!("{count}. Mend what the reason names, then try them again.");
            ui.label(body(words).color(tokens.dim));
            ui.add_space(space::S);
            let height = (ctx.content_rect().height() - 320.0).clamp(120.0, 420.0);
            list_ui(view, failures, height, ui);
            ui.add_space(space::L);
            ui.horizontal(|ui| {
                let found = model.jobs.iter().find(|one| one.id == job);
                let can_retry = found.is_none_or(|job| job.kind.can_retry());
                if can_retry && widgets::primary_button(ui, "Try all again").clicked() {
                    actions.push(Action::Import(ImportAction::Retry(job)));
                    actions.push(Action::Import(ImportAction::HideFailures));
                }
                let export = Button::secondary("Export…").name("Export the failures");
                if ui.add(export).clicked() {
                    actions.push(Action::Import(ImportAction::ExportFailures(job)));
                }
            });
        },
    );
    if closed {
        actions.push(Action::Import(ImportAction::HideFailures));
    }
}

/// The list alone, `height` points high at most: rows are drawn only where they are seen.
pub fn list_ui(view: &mut FailuresView, failures: &[FileFailure], height: f32, ui: &mut Ui) {
    if failures.len() > 20 {
        let hint = "Filter by name or reason";
        widgets::search_field(ui, &mut view.filter, "Filter the failures", hint, 320.0);
        ui.add_space(space::XS);
    }
    let rows = view.matching(failures);
    if rows.is_empty() {
        ui.label(body("No file or reason matches.").color(Tokens::of(ui).dim));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("failures")
        .max_height(height)
        .auto_shrink([false, true])
        .show_rows(ui, ROW, rows.len(), |ui, range| {
            for row in range {
                if let Some(failure) = rows.get(row).and_then(|at| failures.get(*at)) {
                    row_ui(failure, ui);
                }
            }
        });
}

impl FailuresView {
    fn matching(&mut self, failures: &[FileFailure]) -> Vec<usize> {
        if let Some((filter, length, rows)) = &self.matching
            && *filter == self.filter
            && *length == failures.len()
        {
            return rows.clone();
        }
        let wanted = fold(&self.filter);
        let matches = |failure: &FileFailure| {
            wanted.is_empty()
                || fold(&failure.path.to_string_lossy()).contains(&wanted)
                || fold(&failure.reason).contains(&wanted)
        };
        let rows: Vec<usize> = (0..failures.len())
            .filter(|at| matches(&failures[*at]))
            .collect();
        self.matching = Some((self.filter.clone(), failures.len(), rows.clone()));
        rows
    }
}

fn row_ui(failure: &FileFailure, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let width = ui.available_width() - space::M;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, ROW), Sense::hover());
    let path = shown(&failure.path).to_string();
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListItem, true, format!("{path}: {}", failure.reason))
    });
    if ui.is_rect_visible(rect) {
        let body = FontId::proportional(size::BODY);
        let shown = elide_middle(ui, &path, &body, width);
        let shown = elided(ui, &shown, body, tokens.text, width);
        ui.painter()
            .galley(rect.left_top() + Vec2::new(0.0, 4.0), shown, tokens.text);
        let small = FontId::proportional(size::SMALL);
        let reason = elided(ui, &failure.reason, small, tokens.dim, width);
        ui.painter()
            .galley(rect.left_top() + Vec2::new(0.0, 23.0), reason, tokens.dim);
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, (1.0, tokens.line));
    }
    response.on_hover_ui(|ui| {
        ui.label(body(path));
        ui.label(body(&failure.reason));
    });
}
