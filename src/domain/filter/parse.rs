//! The filter's tokens and its recursive-descent parser.

use super::{
    expr::{Expr, IntField, Op, TextField},
    size::{LEVELS, TESTS, VALUES},
};

/// Why a text is not a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The filter is wrong at character {}: {message}", .position + 1)]
pub struct FilterError {
    /// Where, in characters from 0; the length of the text where something is missing at its end.
    pub position: usize,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A keyword or a field's name, as written.
    Word(String),
    Number(i64),
    Text(String),
    Op(Op),
    Open,
    Close,
    Comma,
    End,
}

impl Token {
    /// As named in an error message.
    fn describe(&self) -> String {
        match self {
            Self::Word(word) => format!("“{word}”"),
            Self::Number(number) => format!("the number {number}"),
            Self::Text(text) => format!("the text '{text}'"),
            Self::Op(op) => format!("“{op}”"),
            Self::Open => "“(”".to_owned(),
            Self::Close => "“)”".to_owned(),
            Self::Comma => "“,”".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// A token and the character it starts at.
type Placed = (Token, usize);

fn error<T>(position: usize, message: impl Into<String>) -> Result<T, FilterError> {
    Err(FilterError {
        position,
        message: message.into(),
    })
}

struct Lexer<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    position: usize,
}

impl Lexer<'_> {
    fn next_char(&mut self) -> Option<char> {
        let next = self.chars.next();
        self.position += usize::from(next.is_some());
        next
    }

    /// Takes the next character where it is `wanted`.
    fn eat(&mut self, wanted: char) -> bool {
        let found = self.chars.peek() == Some(&wanted);
        if found {
            self.next_char();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(&c) = self.chars.peek().filter(|&&c| wanted(c)) {
            taken.push(c);
            self.next_char();
        }
        taken
    }

    fn token(&mut self) -> Result<Placed, FilterError> {
        self.take_while(char::is_whitespace);
        let start = self.position;
        let Some(&c) = self.chars.peek() else {
            return Ok((Token::End, start));
        };
        let token = match c {
            'A'..='Z' | 'a'..='z' | '_' => {
                Token::Word(self.take_while(|c| c.is_ascii_alphanumeric() || c == '_'))
            }
            '0'..='9' | '-' => self.number(start)?,
            '\'' => self.text(start)?,
            _ => self.symbol(start)?,
        };
        Ok((token, start))
    }

    fn number(&mut self, start: usize) -> Result<Token, FilterError> {
        let sign = if self.eat('-') { "-" } else { "" };
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return error(start, "a number has digits after its minus sign");
        }
        if self
            .chars
            .peek()
            .is_some_and(|&c| c.is_alphanumeric() || c == '_' || c == '.')
        {
            return error(self.position, "only whole numbers can be compared with");
        }
        match format!("{sign}{digits}").parse() {
            Ok(number) => Ok(Token::Number(number)),
            Err(_) => error(start, format!("{sign}{digits} is too large a number")),
        }
    }

    fn text(&mut self, start: usize) -> Result<Token, FilterError> {
        self.next_char();
        let mut text = String::new();
        loop {
            match self.next_char() {
                Some('\'') if !self.eat('\'') => return Ok(Token::Text(text)),
                Some(c) => text.push(c),
                None => return error(start, "this text has no closing quote"),
            }
        }
    }

    fn symbol(&mut self, start: usize) -> Result<Token, FilterError> {
        let c = self.next_char();
        let or_equal = matches!(c, Some('<' | '>' | '!')) && self.eat('=');
        Ok(match (c, or_equal) {
            (Some('('), _) => Token::Open,
            (Some(')'), _) => Token::Close,
            (Some(','), _) => Token::Comma,
            (Some('='), _) => Token::Op(Op::Equal),
            (Some('!'), true) => Token::Op(Op::NotEqual),
            (Some('<'), true) => Token::Op(Op::LessOrEqual),
            (Some('<'), false) if self.eat('>') => Token::Op(Op::NotEqual),
            (Some('<'), false) => Token::Op(Op::Less),
            (Some('>'), true) => Token::Op(Op::GreaterOrEqual),
            (Some('>'), false) => Token::Op(Op::Greater),
            (Some('"'), _) => return error(start, "texts go in single quotes: 'like this'"),
            (c, _) => {
                let c = c.map(String::from).unwrap_or_default();
                return error(start, format!("“{c}” has no meaning here"));
            }
        })
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token not taken yet.
    next: Placed,
    depth: usize,
    tests: usize,
    values: usize,
}

pub(super) fn parse(source: &str) -> Result<Expr, FilterError> {
    let mut lexer = Lexer {
        chars: source.chars().peekable(),
        position: 0,
    };
    let next = lexer.token()?;
    let mut parser = Parser {
        lexer,
        next,
        depth: 0,
        tests: 0,
        values: 0,
    };
    let expr = parser.any()?;
    match &parser.next {
        (Token::End, _) => Ok(expr),
        (token, position) => error(
            *position,
            format!("expected AND, OR or the end, found {}", token.describe()),
        ),
    }
}

impl Parser<'_> {
    fn take(&mut self) -> Result<Placed, FilterError> {
        let following = self.lexer.token()?;
        Ok(std::mem::replace(&mut self.next, following))
    }

    fn eat(&mut self, wanted: &Token) -> Result<bool, FilterError> {
        let found = self.next.0 == *wanted;
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn eat_keyword(&mut self, keyword: &str) -> Result<bool, FilterError> {
        let found = matches!(&self.next.0, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn expected<T>(&self, wanted: &str) -> Result<T, FilterError> {
        error(
            self.next.1,
            format!("expected {wanted}, found {}", self.next.0.describe()),
        )
    }

    fn any(&mut self) -> Result<Expr, FilterError> {
        let mut parts = vec![self.all()?];
        while self.eat_keyword("OR")? {
            parts.push(self.all()?);
        }
        Ok(only_or(parts, Expr::Or))
    }

    fn all(&mut self) -> Result<Expr, FilterError> {
        let mut parts = vec![self.unit()?];
        while self.eat_keyword("AND")? {
            parts.push(self.unit()?);
        }
        Ok(only_or(parts, Expr::And))
    }

    fn unit(&mut self) -> Result<Expr, FilterError> {
        let start = self.next.1;
        self.depth += 1;
        if self.depth > LEVELS.most {
            return error(start, LEVELS.words());
        }
        let expr = if self.eat_keyword("NOT")? {
            Expr::Not(Box::new(self.unit()?))
        } else if self.eat(&Token::Open)? {
            let expr = self.any()?;
            if !self.eat(&Token::Close)? {
                return self.expected("AND, OR or “)”");
            }
            expr
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn test(&mut self) -> Result<Expr, FilterError> {
        self.tests += 1;
        if self.tests > TESTS.most {
            return error(self.next.1, TESTS.words());
        }
        let (token, position) = self.next.clone();
        let Token::Word(word) = token else {
            return self.expected("a field such as category");
        };
        let int = IntField::ALL
            .into_iter()
            .find(|f| f.name().eq_ignore_ascii_case(&word));
        let text = TextField::ALL
            .into_iter()
            .find(|f| f.name().eq_ignore_ascii_case(&word));
        self.take()?;
        match (int, text) {
            (Some(field), _) => self.field_test(
                |parser| parser.int_value(field),
                |op, value| Expr::IntTest { field, op, value },
                |values| Expr::IntIn { field, values },
            ),
            (_, Some(field)) => self.field_test(
                |parser| parser.text_value(field),
                |op, value| Expr::TextTest { field, op, value },
                |values| Expr::TextIn { field, values },
            ),
            (None, None) => error(position, unknown_field(&word)),
        }
    }

    fn field_test<T>(
        &mut self,
        value: impl Fn(&mut Self) -> Result<T, FilterError>,
        compare: impl FnOnce(Op, T) -> Expr,
        one_of: impl FnOnce(Vec<T>) -> Expr,
    ) -> Result<Expr, FilterError> {
        if let Token::Op(op) = self.next.0 {
            self.take()?;
            return Ok(compare(op, value(self)?));
        }
        let not = self.eat_keyword("NOT")?;
        if !self.eat_keyword("IN")? {
            return self.expected(if not {
                "IN"
            } else {
                "=, !=, <, <=, >, >= or IN"
            });
        }
        if !self.eat(&Token::Open)? {
            return self.expected("“(” after IN");
        }
        let mut values = vec![value(self)?];
        while self.eat(&Token::Comma)? {
            values.push(value(self)?);
        }
        if !self.eat(&Token::Close)? {
            return self.expected("“,” or “)”");
        }
        let expr = one_of(values);
        Ok(if not { Expr::Not(Box::new(expr)) } else { expr })
    }

    fn count_value(&mut self) -> Result<(), FilterError> {
        self.values += 1;
        if self.values > VALUES.most {
            return error(self.next.1, VALUES.words());
        }
        Ok(())
    }

    fn int_value(&mut self, field: IntField) -> Result<i64, FilterError> {
        self.count_value()?;
        match self.next.0 {
            Token::Number(number) => {
                self.take()?;
                Ok(number)
            }
            _ => self.expected(&format!("a whole number ({field} holds numbers)")),
        }
    }

    fn text_value(&mut self, field: TextField) -> Result<String, FilterError> {
        self.count_value()?;
        match self.next.0.clone() {
            Token::Text(text) => {
                self.take()?;
                Ok(text)
            }
            _ => self.expected(&format!("a text in single quotes ({field} holds text)")),
        }
    }
}

fn only_or(mut parts: Vec<Expr>, join: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

fn unknown_field(word: &str) -> String {
    format!(
        "there is no field “{word}”; the fields are category, product_id, name, custom, \
         int_attr1 to int_attr4 and str_attr1 to str_attr4"
    )
}
