//! The grid by keyboard.

use egui::{Event, FocusDirection, Key, Modifiers, Popup, Ui};

use super::{Choose, Contents, Grid, GridOutput, ZOOM_STEP, layout::GAP, zoom_by};

impl Grid {
    /// Consumes the grid's keys while the grid, or no widget at all, has the focus.
    pub(super) fn keys_ui(
        &mut self,
        ui: &Ui,
        id: egui::Id,
        contents: &Contents<'_>,
        zoom: &mut f32,
        output: &mut GridOutput,
    ) {
        let layer = ui.layer_id();
        let mine = ui.is_enabled()
            && self.had_keys
            && !Popup::is_any_open(ui.ctx())
            && ui.memory(|memory| {
                memory.allows_interaction(layer) && memory.focused().is_none_or(|at| at == id)
            });
        if !mine || contents.ids.is_empty() {
            return;
        }
        let mut pressed = Vec::new();
        ui.input_mut(|input| {
            input.events.retain(|event| match event {
                Event::Key {
                    key,
                    pressed: true,
                    modifiers,
                    ..
                } if is_ours(*key, *modifiers) => {
                    pressed.push((*key, *modifiers));
                    false
                }
                _ => true,
            });
        });
        if pressed.is_empty() {
            return;
        }
        for (key, modifiers) in pressed {
            match key {
                Key::Plus | Key::Equals => zoom_by(zoom, ZOOM_STEP),
                Key::Minus => zoom_by(zoom, 1.0 / ZOOM_STEP),
                _ => self.key(contents, key, modifiers, output),
            }
        }
        ui.memory_mut(|memory| {
            memory.request_focus(id);
            // The arrows are consumed: they must not also move the focus to another widget.
            memory.move_focus(FocusDirection::None);
        });
    }

    fn key(
        &mut self,
        contents: &Contents<'_>,
        key: Key,
        modifiers: Modifiers,
        output: &mut GridOutput,
    ) {
        match key {
            Key::Enter => output.opened = self.selection.cursor(),
            Key::Space if modifiers.command => self.toggle_cursor(contents),
            Key::Space => output.toggle_details = true,
            Key::Delete | Key::Backspace => output.remove = !self.selection.is_empty(),
            Key::A => self.selection.select_all(contents.ids),
            Key::Escape => self.selection.clear(),
            _ => self.step(contents, key, modifiers),
        }
    }

    fn toggle_cursor(&mut self, contents: &Contents<'_>) {
        if let Some(index) = self.selection.cursor_index(contents.ids) {
            self.selection.choose(contents.ids, index, Choose::Toggle);
        }
    }

    fn step(&mut self, contents: &Contents<'_>, key: Key, modifiers: Modifiers) {
        let last = contents.ids.len() - 1;
        let Some(at) = self.selection.cursor_index(contents.ids) else {
            self.selection.choose(
                contents.ids,
                if key == Key::End { last } else { 0 },
                Choose::One,
            );
            self.reveal_cursor();
            return;
        };
        let pitch = self.layout.key.cell_height + GAP;
        let page = (self.view_height / pitch).floor().max(1.0) as isize;
        let to = match key {
            Key::ArrowLeft => at.saturating_sub(1),
            Key::ArrowRight => (at + 1).min(last),
            Key::ArrowUp => self.layout.step_row(at, -1),
            Key::ArrowDown => self.layout.step_row(at, 1),
            Key::PageUp => self.layout.step_row(at, -page),
            Key::PageDown => self.layout.step_row(at, page),
            Key::Home => 0,
            _ => last,
        };
        let how = if modifiers.shift {
            Choose::Range
        } else {
            Choose::One
        };
        self.selection.choose(contents.ids, to, how);
        self.reveal_cursor();
    }
}

fn is_ours(key: Key, modifiers: Modifiers) -> bool {
    match key {
        Key::A => modifiers.command && !modifiers.shift && !modifiers.alt,
        Key::Space => !modifiers.alt,
        Key::ArrowLeft
        | Key::ArrowRight
        | Key::ArrowUp
        | Key::ArrowDown
        | Key::Home
        | Key::End
        | Key::PageUp
        | Key::PageDown
        | Key::Enter
        | Key::Delete
        | Key::Backspace
        | Key::Plus
        | Key::Equals
        | Key::Minus
        | Key::Escape => !modifiers.alt && !modifiers.command,
        _ => false,
    }
}
