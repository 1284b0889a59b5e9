//! The one place with colours, sizes and the type scale.
//!
//! Everything drawn takes its colours from [`Tokens::of`], its gaps from [`space`] and its text from
//! [`small`], [`body`], [`large`] or [`title`]; nothing else in `ui` names a colour or a font size.

use std::collections::BTreeMap;

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, RichText, Shadow, Stroke, Style,
    TextStyle, Theme, Ui, Vec2, Visuals, style::WidgetVisuals,
};

use super::fonts;

/// Colours by their purpose. Text on any surface it is drawn on keeps a contrast of 4.5 to 1.
#[derive(Debug, PartialEq)]
pub struct Tokens {
    /// Behind everything.
    pub background: Color32,
    /// Header, navigation, side panes, dialogs.
    pub panel: Color32,
    /// Raised boxes and secondary controls.
    pub card: Color32,
    /// A control under the pointer.
    pub hover: Color32,
    /// Text fields, tracks of meters and sliders.
    pub well: Color32,
    /// Hairlines of 1 px.
    pub line: Color32,
    /// Borders of controls.
    pub strong_line: Color32,
    pub text: Color32,
    pub dim: Color32,
    pub faint: Color32,
    /// Fills and outlines of what matters most.
    pub accent: Color32,
    pub accent_hover: Color32,
    /// Links and text on `accent_surface`.
    pub accent_text: Color32,
    pub accent_surface: Color32,
    pub on_accent: Color32,
    pub warning: Color32,
    pub warning_surface: Color32,
    pub bad: Color32,
    pub bad_surface: Color32,
    /// Text on a fill of `bad`.
    pub on_bad: Color32,
    pub violet: Color32,
    /// Text on a fill of `violet`.
    pub on_violet: Color32,
    /// Over the window behind a dialog.
    pub backdrop: Color32,
    pub shadow: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

static DARK: Tokens = Tokens {
    background: rgb(0x141516),
    panel: rgb(0x1b1d1f),
    card: rgb(0x222527),
    hover: rgb(0x2a2e31),
    well: rgb(0x2e3235),
    line: rgb(0x2e3235),
    strong_line: rgb(0x3c4145),
    text: rgb(0xe8eaeb),
    dim: rgb(0xa0a8ad),
    faint: rgb(0x8a9398),
    accent: rgb(0x35c2b0),
    accent_hover: rgb(0x4bd0bf),
    accent_text: rgb(0x3fcbb9),
    accent_surface: rgb(0x12423d),
    on_accent: rgb(0x06201d),
    warning: rgb(0xe8a33d),
    warning_surface: rgb(0x3a2c14),
    bad: rgb(0xea7268),
    bad_surface: rgb(0x3b1f1d),
    on_bad: rgb(0x2b0b08),
    violet: rgb(0xa58bf0),
    on_violet: rgb(0x1a1030),
    backdrop: Color32::from_rgba_premultiplied(0, 0, 0, 140),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 90),
};

static LIGHT: Tokens = Tokens {
    background: rgb(0xf6f6f4),
    panel: rgb(0xffffff),
    card: rgb(0xffffff),
    hover: rgb(0xefefec),
    well: rgb(0xe3e4e1),
    line: rgb(0xe3e4e1),
    strong_line: rgb(0xd2d4d0),
    text: rgb(0x1c2021),
    dim: rgb(0x5d666b),
    faint: rgb(0x697176),
    accent: rgb(0x0b8577),
    accent_hover: rgb(0x09766a),
    accent_text: rgb(0x077165),
    accent_surface: rgb(0xd9f0ec),
    on_accent: rgb(0xffffff),
    warning: rgb(0x94590a),
    warning_surface: rgb(0xfbf0dd),
    bad: rgb(0xc23a30),
    bad_surface: rgb(0xfbe9e7),
    on_bad: rgb(0xffffff),
    violet: rgb(0x6b4fd0),
    on_violet: rgb(0xffffff),
    backdrop: Color32::from_rgba_premultiplied(13, 14, 14, 110),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 28),
};

/// Anything that knows which theme is shown.
pub trait Themed {
    fn is_dark(&self) -> bool;
}

impl Themed for Ui {
    fn is_dark(&self) -> bool {
        self.visuals().dark_mode
    }
}

impl Themed for Context {
    fn is_dark(&self) -> bool {
        self.theme() == Theme::Dark
    }
}

impl Tokens {
    pub fn of(themed: &impl Themed) -> &'static Self {
        if themed.is_dark() { &DARK } else { &LIGHT }
    }
}

/// Gaps in points: a grid of four.
pub mod space {
    pub const XS: f32 = 4.0;
    pub const S: f32 = 8.0;
    pub const M: f32 = 12.0;
    pub const L: f32 = 16.0;
    pub const XL: f32 = 20.0;
    pub const XXL: f32 = 24.0;
}

/// Corner radii in points.
pub mod radius {
    pub const CONTROL: u8 = 8;
    pub const CARD: u8 = 12;
    pub const DIALOG: u8 = 16;
}

/// Height of buttons, fields and switches in points.
pub const CONTROL_HEIGHT: f32 = 32.0;
/// Height of controls inside dense rows.
pub const SMALL_CONTROL_HEIGHT: f32 = 24.0;
/// Longest motion in seconds.
pub const MOTION_SECS: f32 = 0.12;

/// Font sizes in points; there are no others.
pub mod size {
    pub const SMALL: f32 = 12.0;
    pub const BODY: f32 = 13.0;
    pub const LARGE: f32 = 15.0;
    pub const TITLE: f32 = 20.0;
    /// Symbols beside text.
    pub const ICON: f32 = 18.0;
    /// The one symbol of an empty state.
    pub const HERO_ICON: f32 = 40.0;
}

fn scaled(text: impl Into<String>, size: f32, line_height: f32) -> RichText {
    RichText::new(text)
        .size(size)
        .line_height(Some(line_height))
}

/// 12 points on a line of 16.
pub fn small(text: impl Into<String>) -> RichText {
    scaled(text, size::SMALL, 16.0)
}

/// 13 points on a line of 20.
pub fn body(text: impl Into<String>) -> RichText {
    scaled(text, size::BODY, 20.0)
}

/// 15 points on a line of 24, semibold.
pub fn large(text: impl Into<String>) -> RichText {
    scaled(text, size::LARGE, 24.0).semibold()
}

/// 20 points on a line of 28, semibold.
pub fn title(text: impl Into<String>) -> RichText {
    scaled(text, size::TITLE, 28.0).semibold()
}

/// The weights the regular one is not.
pub trait Weight {
    fn medium(self) -> Self;
    fn semibold(self) -> Self;
}

impl Weight for RichText {
    fn medium(self) -> Self {
        self.family(medium_family())
    }

    fn semibold(self) -> Self {
        self.family(semibold_family())
    }
}

pub fn medium_family() -> FontFamily {
    FontFamily::Name(fonts::MEDIUM.into())
}

pub fn semibold_family() -> FontFamily {
    FontFamily::Name(fonts::SEMIBOLD.into())
}

/// Sets both themes' styles.
pub fn install(ctx: &Context) {
    ctx.set_style_of(Theme::Dark, style(Visuals::dark(), &DARK));
    ctx.set_style_of(Theme::Light, style(Visuals::light(), &LIGHT));
}

fn style(visuals: Visuals, tokens: &Tokens) -> Style {
    let mut style = Style {
        visuals: themed(visuals, tokens),
        text_styles: BTreeMap::from([
            (
                TextStyle::Small,
                FontId::new(size::SMALL, FontFamily::Proportional),
            ),
            (
                TextStyle::Body,
                FontId::new(size::BODY, FontFamily::Proportional),
            ),
            (TextStyle::Button, FontId::new(size::BODY, medium_family())),
            (
                TextStyle::Heading,
                FontId::new(size::TITLE, semibold_family()),
            ),
            (
                TextStyle::Monospace,
                FontId::new(size::SMALL, FontFamily::Monospace),
            ),
        ]),
        animation_time: MOTION_SECS,
        ..Style::default()
    };
    style.spacing.item_spacing = Vec2::splat(space::S);
    style.spacing.button_padding = Vec2::new(space::M, 7.0);
    style.spacing.interact_size = Vec2::new(CONTROL_HEIGHT, CONTROL_HEIGHT);
    style.spacing.window_margin = Margin::same(space::L as i8);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.menu_spacing = 4.0;
    style.spacing.combo_height = 360.0;
    style.spacing.tooltip_width = 360.0;
    style.spacing.icon_width = 16.0;
    style.spacing.icon_width_inner = 8.0;
    style.spacing.scroll.bar_width = 8.0;
    style.spacing.scroll.floating_width = 4.0;
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style.scroll_animation.duration = (0.04..=MOTION_SECS).into();
    style.url_in_tooltip = true;
    style
}

fn themed(mut visuals: Visuals, tokens: &Tokens) -> Visuals {
    let control = CornerRadius::same(radius::CONTROL);
    let card = CornerRadius::same(radius::CARD);
    let hairline = Stroke::new(1.0, tokens.line);
    let state = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: control,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = state(tokens.panel, tokens.line, tokens.text);
    visuals.widgets.inactive = state(tokens.card, tokens.strong_line, tokens.text);
    visuals.widgets.hovered = state(tokens.hover, tokens.strong_line, tokens.text);
    visuals.widgets.active = state(tokens.hover, tokens.accent, tokens.text);
    visuals.widgets.open = state(tokens.hover, tokens.strong_line, tokens.text);
    visuals.weak_text_color = Some(tokens.dim);
    visuals.selection.bg_fill = tokens.accent_surface;
    visuals.selection.stroke = Stroke::new(1.0, tokens.accent_text);
    visuals.hyperlink_color = tokens.accent_text;
    visuals.faint_bg_color = tokens.card;
    visuals.extreme_bg_color = tokens.background;
    visuals.text_edit_bg_color = Some(tokens.background);
    visuals.code_bg_color = tokens.card;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.bad;
    visuals.window_corner_radius = CornerRadius::same(radius::DIALOG);
    visuals.window_fill = tokens.panel;
    visuals.window_stroke = hairline;
    visuals.menu_corner_radius = card;
    visuals.panel_fill = tokens.panel;
    let shadow = Shadow {
        offset: [0, 4],
        blur: 20,
        spread: 0,
        color: tokens.shadow,
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.accent);
    visuals.disabled_alpha = 0.5;
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Color32) -> f32 {
        let [r, g, b, _] = egui::Rgba::from(colour).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_keeps_its_contrast_on_every_surface() {
        for tokens in [&DARK, &LIGHT] {
            let surfaces = [tokens.background, tokens.panel, tokens.card];
            let inks = [
                tokens.text,
                tokens.dim,
                tokens.faint,
                tokens.accent_text,
                tokens.warning,
                tokens.bad,
                tokens.violet,
            ];
            let pairs = surfaces
                .iter()
                .flat_map(|s| inks.map(|ink| (ink, *s)))
                .chain([
                    (tokens.text, tokens.hover),
                    (tokens.dim, tokens.hover),
                    (tokens.text, tokens.accent_surface),
                    (tokens.dim, tokens.accent_surface),
                    (tokens.accent_text, tokens.accent_surface),
                    (tokens.warning, tokens.accent_surface),
                    (tokens.on_accent, tokens.accent),
                    (tokens.on_accent, tokens.accent_hover),
                    (tokens.warning, tokens.warning_surface),
                    (tokens.bad, tokens.bad_surface),
                    (tokens.on_bad, tokens.bad),
                    (tokens.on_violet, tokens.violet),
                ]);
            for (ink, surface) in pairs {
                let ratio = contrast(ink, surface);
                assert!(ratio >= 4.5, "{ink:?} on {surface:?} has only {ratio:.2}");
            }
        }
    }
}
