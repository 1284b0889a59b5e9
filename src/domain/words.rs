//! Numbers, lengths and dates as people read them: one writer each for the window, the command line
//! and the worker's sentences.

mod dates;

pub use self::dates::{
    DateOrder, date, date_time, day, instant, long_date, long_day, moment, set_date_order,
    short_date, span,
};

/// A number with a comma before every three digits: `61,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its noun: `1 row`, `61,204 rows`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// `1 picture`, `61,204 pictures`
pub fn pictures(number: u64) -> String {
    plural(number, "picture", "pictures")
}

/// `94 %` of a share `0..=1`. What is not full is 99 % at most, but for a rounding error.
pub fn percent(share: f32) -> String {
    let rounded = (share * 100.0).round();
    let shown = if share < 0.9995 {
        rounded.min(99.0)
    } else {
        rounded
    };
    format!("{} %", shown.max(0.0))
}

/// `284 KB`, `3.1 MB`
pub fn bytes(length: u64) -> String {
    const STEPS: [(&str, f64); 4] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)];
    let value = length as f64;
    for (unit, step) in STEPS {
        // From 999.5 of the smaller unit on, rounding would write 1,000 of it.
        if value >= step * 0.9995 {
            let figure = value / step;
            return if figure < 9.95 && unit != "KB" {
                format!("{figure:.1} {unit}")
            } else {
                format!("{figure:.0} {unit}")
            };
        }
    }
    plural(length, "byte", "bytes")
}

/// `a moment`, `40 s`, `1 min 20 s`, `2 h 5 min`, `3 days`
pub fn duration(secs: f64) -> String {
    if !secs.is_finite() || secs < 1.0 {
        return "a moment".to_owned();
    }
    let whole = secs.round() as u64;
    let two = |major: u64, major_unit: &str, minor: u64, minor_unit: &str| {
        if minor == 0 {
            format!("{major} {major_unit}")
        } else {
            format!("{major} {major_unit} {minor} {minor_unit}")
        }
    };
    match whole {
        0..60 => format!("{whole} s"),
        // Past ten minutes the seconds only flicker.
        60..600 => two(whole / 60, "min", whole % 60, "s"),
        600..3_600 => format!("{} min", whole / 60),
        3_600..172_800 => two(whole / 3_600, "h", whole % 3_600 / 60, "min"),
        _ => plural(whole / 86_400, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let written = [0, 999, 1_000, 61_204, 50_000_000].map(grouped);
        assert_eq!(written, ["0", "999", "1,000", "61,204", "50,000,000"]);
    }

    #[test]
    fn one_is_no_plural() {
        let written = [0, 1, 2, 61_204].map(pictures);
        assert_eq!(
            written,
            ["0 pictures", "1 picture", "2 pictures", "61,204 pictures"]
        );
    }

    #[test]
    fn only_a_full_share_is_a_hundred_percent() {
        assert_eq!(percent(0.998), "99 %");
        assert_eq!(percent(0.9999), "100 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.944), "94 %");
        assert_eq!(percent(-0.1), "0 %");
    }

    #[test]
    fn durations_name_two_units_at_most() {
        let written = [
            0.2, 1.0, 59.6, 80.0, 125.0, 1_000.0, 3_600.0, 7_500.0, 300_000.0,
        ]
        .map(duration);
        assert_eq!(
            written,
            [
                "a moment",
                "1 s",
                "1 min",
                "1 min 20 s",
                "2 min 5 s",
                "16 min",
                "1 h",
                "2 h 5 min",
                "3 days"
            ]
        );
        assert_eq!(duration(f64::INFINITY), "a moment");
    }

    #[test]
    fn lengths_have_the_unit_that_keeps_them_short() {
        let written = [1, 512, 284_000, 999_900, 3_140_000, 12_000_000_000].map(bytes);
        assert_eq!(
            written,
            ["1 byte", "512 bytes", "284 KB", "1.0 MB", "3.1 MB", "12 GB"]
        );
    }
}
