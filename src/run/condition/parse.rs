//! From tokens to a condition, by precedence: `!`, then `&&`, then `||`.
//!
//! Absent on purpose: the names of fields and values (`fields`).

use crate::scenario::Scenario;

use super::fields::{Field, field};
use super::lex::{Error, Place, Token, lex};
use super::{Expr, Op};

/// So deep may parentheses and negations be nested.
const DEEPEST: usize = 64;

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Runs,
    States,
}

pub(super) fn parse(text: &str, scenario: &Scenario, subject: Subject) -> Result<Expr, Error> {
    let tokens = lex(text)?;
    let end = text.chars().count();
    let mut parser = Parser { tokens: &tokens, next: 0, end, depth: 0, scenario, subject };
    let expr = parser.either()?;
    match parser.peek() {
        None => Ok(expr),
        Some((Token::Close, place)) => Err(("there is no `(` to this".to_owned(), place.clone())),
        Some((_, place)) => Err(("expected `&&` or `||` before this".to_owned(), place.clone())),
    }
}

struct Parser<'t> {
    tokens: &'t [(Token, Place)],
    next: usize,
    /// Where the text ends.
    end: usize,
    depth: usize,
    scenario: &'t Scenario,
    subject: Subject,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t (Token, Place)> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, expected: &str) -> Result<&'t (Token, Place), Error> {
        let missing = || (format!("expected {expected}, and the condition ends"), self.end..self.end + 1);
        let token = self.peek().ok_or_else(missing)?;
        self.next += 1;
        Ok(token)
    }

    fn skips(&mut self, token: &Token) -> bool {
        let is = self.peek().is_some_and(|(found, _)| found == token);
        self.next += usize::from(is);
        is
    }

    fn either(&mut self) -> Result<Expr, Error> {
        let mut expr = self.both()?;
        while self.skips(&Token::Or) {
            expr = Expr::Or(Box::new(expr), Box::new(self.both()?));
        }
        Ok(expr)
    }

    fn both(&mut self) -> Result<Expr, Error> {
        let mut expr = self.one()?;
        while self.skips(&Token::And) {
            expr = Expr::And(Box::new(expr), Box::new(self.one()?));
        }
        Ok(expr)
    }

    fn one(&mut self) -> Result<Expr, Error> {
        let (token, place) = self.take("a field, e.g. `duel >= 3`")?;
        match token {
            Token::Not | Token::Open => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err((format!("nested deeper than {DEEPEST}"), place.clone()));
                }
                let expr = if *token == Token::Not {
                    Expr::Not(Box::new(self.one()?))
                } else {
                    let inside = self.either()?;
                    if !self.skips(&Token::Close) {
                        return Err(("this `(` is not closed".to_owned(), place.clone()));
                    }
                    inside
                };
                self.depth -= 1;
                Ok(expr)
            }
            Token::Path(path) => {
                let field = field(path, self.scenario, self.subject).map_err(|why| (why, place.clone()))?;
                self.comparison(&field)
            }
            _ => Err(("expected a field, e.g. `duel >= 3`: the field comes first".to_owned(), place.clone())),
        }
    }

    fn comparison(&mut self, field: &Field) -> Result<Expr, Error> {
        let (op, place) = self.take("a comparison, e.g. `>= 3` or `= \"B\"`")?;
        let Token::Op(op) = *op else {
            return Err(("expected one of = != < <= > >=".to_owned(), place.clone()));
        };
        if !field.is_ordered() && !matches!(op, Op::Equal | Op::Unequal) {
            return Err(("this field has no order; use = or !=".to_owned(), place.clone()));
        }
        let (value, place) = self.take(&format!("a value: {}", field.wants()))?;
        let test = field.compare(op, value, self.scenario);
        test.map(Expr::Test).map_err(|why| (why, place.clone()))
    }
}
