//! The letter that asks for a package larger than the largest.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::{catalogue::State, plan::price_list, words::grouped};

/// A `mailto:` address with subject and text filled in from the figures of today.
///
/// `images` and `qps` are what is needed; the recipient is the price list's contact.
pub fn custom_quote(state: &State, images: u64, qps: u32) -> String {
    let body = format!(
        "Hello,\n\nI need a package larger than those on the price list:\n\n\
         Pictures: {}\nCalls a second (QPS): {qps}\n\n\
         Today: {} pictures stored, {} uploaded this month, package: {}.\n\n\
         Please send me a quote.\n",
        grouped(images),
        grouped(state.usage.stored),
        grouped(state.usage.uploaded),
        current_package(state),
    );
    format!(
        "mailto:{}?subject={}&body={}",
        price_list().contact,
        encoded("Image Search: custom quote"),
        encoded(&body)
    )
}

fn current_package(state: &State) -> String {
    let standing = state.account.standing(state.now);
    standing
        .plan
        .map_or_else(|| "none".to_owned(), |plan| plan.title())
}

/// Percent-encodes everything but RFC 3986's unreserved characters; a line break becomes CR LF, as
/// RFC 6068 asks for.
fn encoded(text: &str) -> String {
    const RESERVED: AsciiSet = NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(&text.replace('\n', "\r\n"), &RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_for_a_mail_program() {
        assert_eq!(encoded("a b&c\nd·"), "a%20b%26c%0D%0Ad%C2%B7");
        assert_eq!(encoded("a-b.c_d~e"), "a-b.c_d~e");
    }
}
