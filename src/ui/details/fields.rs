//! The editable fields under the names people see, and how their texts become values.

use crate::domain::record::{FieldEdit, Fields};

/// One editable field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Name,
    Product,
    Category,
    Custom,
    /// `int_attr1` to `int_attr4`, by their index from 0.
    Int(usize),
    /// `str_attr1` to `str_attr4`, by their index from 0.
    Text(usize),
}

impl Field {
    /// In the order of the forms: those used most come first.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Product,
        Self::Category,
        Self::Custom,
        Self::Int(0),
        Self::Int(1),
        Self::Int(2),
        Self::Int(3),
        Self::Text(0),
        Self::Text(1),
        Self::Text(2),
        Self::Text(3),
    ];

    /// How many of [`Field::ALL`] are always shown.
    pub const MAIN: usize = 4;

    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Product => "Product",
            Self::Category => "Category",
            Self::Custom => "Note",
            Self::Int(index) => ["Number 1", "Number 2", "Number 3", "Number 4"][index],
            Self::Text(index) => ["Text 1", "Text 2", "Text 3", "Text 4"][index],
        }
    }

    /// What a filter calls it.
    pub fn filter_name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Product => "product_id",
            Self::Category => "category",
            Self::Custom => "custom",
            Self::Int(index) => ["int_attr1", "int_attr2", "int_attr3", "int_attr4"][index],
            Self::Text(index) => ["str_attr1", "str_attr2", "str_attr3", "str_attr4"][index],
        }
    }

    /// The value as it is typed; empty where there is none.
    pub fn text(self, fields: &Fields) -> String {
        match self {
            Self::Name => fields.name.clone(),
            Self::Product => fields.product_id.clone(),
            Self::Category => fields.category.clone(),
            Self::Custom => fields.custom.clone(),
            Self::Int(index) => fields.ints[index].map_or_else(String::new, |n| n.to_string()),
            Self::Text(index) => fields.strs[index].clone().unwrap_or_default(),
        }
    }

    /// Sets this field in `edit` from what was typed; an empty attribute is cleared.
    ///
    /// # Errors
    ///
    /// A sentence for the field where the text is no value of it.
    pub fn set(self, edit: &mut FieldEdit, text: &str) -> Result<(), String> {
        let text = text.trim();
        match self {
            Self::Name => edit.name = Some(text.to_owned()),
            Self::Product => edit.product_id = Some(text.to_owned()),
            Self::Category => edit.category = Some(text.to_owned()),
            Self::Custom => edit.custom = Some(text.to_owned()),
            Self::Int(index) => edit.ints[index] = Some(whole_number(text)?),
            Self::Text(index) => {
                edit.strs[index] = Some((!text.is_empty()).then(|| text.to_owned()));
            }
        }
        Ok(())
    }
}

fn whole_number(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    // Numbers are shown grouped elsewhere, and may be typed so.
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\u{202f}'))
        .collect();
    match plain.parse() {
        Ok(number) => Ok(Some(number)),
        Err(error) => Err(match error.kind() {
            std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => {
                "This number is too large to be kept.".to_owned()
            }
            _ => "Type a whole number, such as 42.".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_comes_back_as_it_was_typed() {
        let mut fields = Fields::default();
        for (number, field) in Field::ALL.into_iter().enumerate() {
            let mut edit = FieldEdit::default();
            field
                .set(&mut edit, &number.to_string())
                .expect("a number is a value of any field");
            assert_ne!(edit, FieldEdit::default());
            edit.apply(&mut fields);
        }
        for (number, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field.text(&fields), number.to_string(), "{field:?}");
        }
    }

    #[test]
    fn numbers_may_be_grouped_and_nothing_clears() {
        let mut edit = FieldEdit::default();
        Field::Int(2)
            .set(&mut edit, " 61,204 ")
            .expect("it is a whole number");
        assert_eq!(edit.ints[2], Some(Some(61_204)));
        Field::Int(2)
            .set(&mut edit, "")
            .expect("nothing is allowed");
        assert_eq!(edit.ints[2], Some(None));
        Field::Text(0)
            .set(&mut edit, "")
            .expect("nothing is allowed");
        assert_eq!(edit.strs[0], Some(None));
    }

    #[test]
    fn what_is_no_number_is_refused_with_a_remedy() {
        let mut edit = FieldEdit::default();
        let refused = Field::Int(0).set(&mut edit, "twelve");
        assert_eq!(refused, Err("Type a whole number, such as 42.".to_owned()));
        let refused = Field::Int(0).set(&mut edit, "99999999999999999999");
        assert_eq!(
            refused,
            Err("This number is too large to be kept.".to_owned())
        );
        assert_eq!(edit, FieldEdit::default());
    }
}
