//! The font family, the symbols, and the fallback for scripts they lack.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

/// Name of the family of medium weight.
pub const MEDIUM: &str = "Medium";
/// Name of the family of semibold weight.
pub const SEMIBOLD: &str = "Semibold";

/// The licence the type family comes with.
pub const LICENCE: &str = include_str!("../../assets/fonts/LICENSE.txt");

/// Installs Inter in three weights and the symbols, over the toolkit's own fonts.
///
/// Characters none of them has are looked for in the system's fonts by the window itself.
pub fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let weights: [(&str, FontFamily, &'static [u8]); 3] = [
        (
            "inter",
            FontFamily::Proportional,
            include_bytes!("../../assets/fonts/Inter-Regular.otf"),
        ),
        (
            "inter-medium",
            FontFamily::Name(MEDIUM.into()),
            include_bytes!("../../assets/fonts/Inter-Medium.otf"),
        ),
        (
            "inter-semibold",
            FontFamily::Name(SEMIBOLD.into()),
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
        ),
    ];
    for (name, family, bytes) in weights {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let mut stack = vec![name.to_owned()];
        stack.extend(fallback.iter().cloned());
        fonts.families.insert(family, stack);
    }
    add_symbols(&mut fonts);
    ctx.set_fonts(fonts);
}

fn add_symbols(fonts: &mut FontDefinitions) {
    let symbols = egui_material_icons::font_insert();
    let mut data = symbols.data;
    // Centres the symbols' optical middle on that of a line of text.
    data.tweak.y_offset_factor = 0.0;
    fonts.font_data.insert(symbols.name.clone(), Arc::new(data));
    for family in symbols.families {
        fonts
            .families
            .entry(family.family)
            .or_default()
            .push(symbols.name.clone());
    }
}
