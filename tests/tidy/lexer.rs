//! Rust source as tokens, just well enough for the rules: strings, comments, chars and lifetimes never look like code.

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A word or a number.
    Word(String),
    /// One character of punctuation.
    Mark(char),
}

/// One token with the line it starts on, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: Kind,
    pub line: usize,
}

impl Token {
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(text) if text == word)
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(text) => Some(text),
            Kind::Mark(_) => None,
        }
    }
}

/// The tokens of `text`. Doc comments are comments here.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: text.chars().collect(), at: 0, line: 1, tokens: Vec::new() };
    while lexer.at < lexer.rest.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer {
    rest: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.rest.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn advance(&mut self) -> char {
        let character = self.peek(0);
        self.at += 1;
        self.line += usize::from(character == '\n');
        character
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.skip_while(|character| character != '\n'),
            ('/', '*') => self.skip_block_comment(),
            ('"', _) => self.skip_string(),
            ('\'', _) => self.skip_char_or_lifetime(),
            (character, _) if character.is_whitespace() => {
                self.advance();
            }
            (character, _) if character == '_' || character.is_alphanumeric() => self.word(),
            _ => {
                let line = self.line;
                let mark = self.advance();
                self.tokens.push(Token { kind: Kind::Mark(mark), line });
            }
        }
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.at < self.rest.len() && keep(self.peek(0)) {
            self.advance();
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0_u32;
        while self.at < self.rest.len() {
            match (self.advance(), self.peek(0)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => continue,
            }
            self.advance();
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.advance();
        while self.at < self.rest.len() {
            match self.advance() {
                '\\' => {
                    self.advance();
                }
                '"' => return,
                _ => {}
            }
        }
    }

    /// `'a'` and `'\n'` are values, `'a` without a closing quote is a lifetime.
    fn skip_char_or_lifetime(&mut self) {
        self.advance();
        if self.peek(0) == '\\' {
            self.advance();
            self.advance();
            self.skip_while(|character| character != '\'');
            self.advance();
        } else if self.peek(1) == '\'' {
            self.advance();
            self.advance();
        } else {
            self.skip_while(|character| character == '_' || character.is_alphanumeric());
        }
    }

    fn word(&mut self) {
        let (start, line) = (self.at, self.line);
        self.skip_while(|character| character == '_' || character.is_alphanumeric());
        let text: String = self.rest[start..self.at].iter().collect();
        match (text.as_str(), self.peek(0)) {
            ("b" | "c", '"') => self.skip_string(),
            ("b", '\'') => self.skip_char_or_lifetime(),
            ("r" | "br" | "cr", '"') => self.skip_raw_string(0),
            ("r" | "br" | "cr", '#') if self.raw_hashes().is_some() => {
                let hashes = self.raw_hashes().unwrap_or_default();
                self.skip_raw_string(hashes);
            }
            _ => self.tokens.push(Token { kind: Kind::Word(text), line }),
        }
    }

    /// How many `#` stand before the quote of a raw string; none for `r#word`.
    fn raw_hashes(&self) -> Option<usize> {
        let hashes = (0..).take_while(|ahead| self.peek(*ahead) == '#').count();
        (self.peek(hashes) == '"').then_some(hashes)
    }

    fn skip_raw_string(&mut self, hashes: usize) {
        (0..=hashes).for_each(|_| {
            self.advance();
        });
        while self.at < self.rest.len() {
            if self.advance() == '"' && (0..hashes).all(|ahead| self.peek(ahead) == '#') {
                (0..hashes).for_each(|_| {
                    self.advance();
                });
                return;
            }
        }
    }
}

#[test]
fn nothing_inside_strings_comments_chars_or_lifetimes_is_a_token() {
    let text = "a /* b /* c */ d */ \"e \\\" f\" r#\"g\" h\"# 'i' '\\'' '\\u{1F600}' &'j k // l\n b\"m\" b'n' r#type o";
    let words: Vec<_> = tokens(text).iter().filter_map(|token| token.word().map(String::from)).collect();
    assert_eq!(words, ["a", "k", "r", "type", "o"]);
}

#[test]
fn a_token_knows_its_line() {
    let lines: Vec<_> = tokens("a\n\"x\ny\"\nb { }").iter().map(|token| token.line).collect();
    assert_eq!(lines, [1, 4, 4, 4]);
}
