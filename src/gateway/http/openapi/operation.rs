//! One method of one path: what it takes, what it answers, how it refuses.

use super::examples::examples;
use crate::protocol::Problem;
use crate::protocol::schema::Schemas;
use crate::rules::rejection::{Rejection, RejectionCode as Code};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where the schema of a problem is.
pub const PROBLEM: &str = "#/components/schemas/Problem";

/// Makes a type's schema known to the document and refers to it.
type SchemaOf = fn(&mut Schemas) -> Value;

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody; tokens are not looked at.
    Anybody,
    /// Anybody, and who has a token may see more.
    Token,
    /// Who has a token.
    SignedIn,
    /// The league's operator.
    Operator,
}

/// A parameter of the path or the query.
pub struct Parameter {
    name: &'static str,
    place: &'static str,
    about: &'static str,
    schema: SchemaOf,
    /// Keywords that the type does not know.
    bounds: Value,
}

/// A parameter in the path.
pub fn in_path<T: JsonSchema>(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, place: "path", about, schema: Schemas::read::<T>, bounds: json!({}) }
}

/// A parameter of the query.
pub fn in_query<T: JsonSchema>(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, place: "query", about, schema: Schemas::read::<T>, bounds: json!({}) }
}

impl Parameter {
    /// The same with keywords that its type does not know.
    pub fn with(self, bounds: Value) -> Self {
        Self { bounds, ..self }
    }

    fn document(&self, schemas: &mut Schemas) -> Value {
        let mut schema = (self.schema)(schemas);
        for (keyword, value) in self.bounds.as_object().into_iter().flatten() {
            schema[keyword] = value.clone();
        }
        json!({
            "name": self.name,
            "in": self.place,
            "required": self.place == "path",
            "description": self.about,
            "schema": schema,
        })
    }
}

struct Answer {
    status: u16,
    about: &'static str,
    /// By media type.
    contents: Vec<(&'static str, SchemaOf)>,
    headers: Vec<(&'static str, &'static str)>,
}

/// One method of one path.
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub id: &'static str,
    summary: &'static str,
    about: &'static str,
    tag: &'static str,
    who: Who,
    parameters: Vec<Parameter>,
    body: Option<(SchemaOf, bool)>,
    answers: Vec<Answer>,
    /// Refusals by status.
    refusals: BTreeMap<u16, BTreeSet<&'static str>>,
}

impl Operation {
    fn new(method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        let refusals = BTreeMap::new();
        let (parameters, answers) = (Vec::new(), Vec::new());
        let operation = Self {
            method,
            path,
            id,
            summary,
            about: "",
            tag: "",
            who: Who::Anybody,
            parameters,
            body: None,
            answers,
            refusals,
        };
        operation.refuses(&[Code::Internal])
    }

    /// A `GET`.
    pub fn get(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new("GET", path, id, summary)
    }

    /// A `DELETE`: pages of other sites may not ask it.
    pub fn delete(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new("DELETE", path, id, summary).refuses(&[Code::Forbidden])
    }

    /// A `POST`: pages of other sites may not ask it.
    pub fn post(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new("POST", path, id, summary).refuses(&[Code::Forbidden])
    }

    /// More than fits into the summary.
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Under which heading it stands.
    pub fn tag(self, tag: &'static str) -> Self {
        Self { tag, ..self }
    }

    /// What every path but the watched ones refuses: too many questions, and what takes too long.
    pub fn bounded(self) -> Self {
        self.refuses(&[Code::Busy]).refuses_with(504, Code::Unavailable)
    }

    /// Who may ask.
    pub fn who(self, who: Who) -> Self {
        let operation = Self { who, ..self };
        match who {
            Who::Anybody => operation,
            Who::Token | Who::SignedIn => operation.refuses_with(401, Code::Forbidden),
            Who::Operator => operation.refuses_with(401, Code::Forbidden).refuses(&[Code::Forbidden]),
        }
    }

    /// A parameter.
    pub fn takes(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self.refuses(&[Code::Invalid, Code::Malformed])
    }

    /// A list in pages.
    pub fn paged(self, default: u16) -> Self {
        let limit = in_query::<u16>("limit", "How many items a page shall have.");
        let limit = limit.with(json!({"minimum": 1, "maximum": crate::store::PAGE_MAX, "default": default}));
        self.takes(in_query::<String>("cursor", "`next` of the page before, unchanged.")).takes(limit)
    }

    /// The body, which may be left out where `is_optional`.
    pub fn body<T: JsonSchema>(self, is_optional: bool) -> Self {
        let operation = Self { body: Some((Schemas::read::<T>, is_optional)), ..self };
        let operation = operation.refuses(&[Code::Malformed, Code::Invalid]);
        [408, 413, 415]
            .into_iter()
            .fold(operation, |operation, status| operation.refuses_with(status, Code::Malformed))
    }

    /// A success with a JSON body.
    pub fn answers<T: JsonSchema>(self, status: u16, about: &'static str) -> Self {
        self.answers_as::<T>(status, "application/json", about)
    }

    /// A success with a body of another type, or the same success in another form.
    pub fn answers_as<T: JsonSchema>(
        mut self,
        status: u16,
        media_type: &'static str,
        about: &'static str,
    ) -> Self {
        let content: (&'static str, SchemaOf) = (media_type, Schemas::sent::<T>);
        match self.answers.iter_mut().find(|answer| answer.status == status) {
            Some(answer) => answer.contents.push(content),
            None => self.answers.push(Answer { status, about, contents: vec![content], headers: Vec::new() }),
        }
        self
    }

    /// An answer without a body.
    pub fn answers_empty(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, contents: Vec::new(), headers: Vec::new() });
        self
    }

    /// A header of the last answer.
    pub fn header(mut self, name: &'static str, about: &'static str) -> Self {
        let answer = self.answers.last_mut().expect("an answer comes before its header");
        answer.headers.push((name, about));
        self
    }

    /// How it refuses, each code with its usual status.
    pub fn refuses(self, codes: &[Code]) -> Self {
        codes.iter().fold(self, |operation, code| {
            operation.refuses_with(Problem::new(Rejection::new(*code, "")).status, *code)
        })
    }

    /// How it refuses, with a status of its own.
    pub fn refuses_with(mut self, status: u16, code: Code) -> Self {
        self.refusals.entry(status).or_default().insert(code.as_str());
        self
    }

    /// The operation as the document has it.
    pub fn document(&self, schemas: &mut Schemas) -> Value {
        let mut document = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "security": self.security(),
            "responses": self.responses(schemas),
        });
        if !self.about.is_empty() {
            document["description"] = json!(self.about);
        }
        if !self.parameters.is_empty() {
            let parameters: Vec<_> =
                self.parameters.iter().map(|parameter| parameter.document(schemas)).collect();
            document["parameters"] = json!(parameters);
        }
        if let Some((schema, is_optional)) = self.body {
            let content = json!({"schema": schema(schemas), "examples": examples(self.id, "request")});
            document["requestBody"] =
                json!({"required": !is_optional, "content": {"application/json": content}});
        }
        document
    }

    fn security(&self) -> Value {
        match self.who {
            Who::Anybody => json!([]),
            Who::Token => json!([{}, {"token": []}]),
            Who::SignedIn | Who::Operator => json!([{"token": []}]),
        }
    }

    fn responses(&self, schemas: &mut Schemas) -> Value {
        let mut responses = Map::new();
        for answer in &self.answers {
            responses.insert(answer.status.to_string(), answer.document(self.id, schemas));
        }
        for (status, codes) in &self.refusals {
            responses.insert(status.to_string(), refusal(*status, codes));
        }
        responses.into()
    }
}

impl Answer {
    fn document(&self, id: &str, schemas: &mut Schemas) -> Value {
        let mut document = json!({"description": self.about});
        let of_type = |(media_type, schema): &(&'static str, SchemaOf)| {
            let key = format!("{} {media_type}", self.status);
            let content = json!({"schema": schema(schemas), "examples": examples(id, &key)});
            ((*media_type).to_owned(), content)
        };
        let content: Map<_, _> = self.contents.iter().map(of_type).collect();
        if !content.is_empty() {
            document["content"] = content.into();
        }
        for (name, about) in &self.headers {
            document["headers"][name] = json!({"description": about, "schema": {"type": "string"}});
        }
        document
    }
}

/// A refusal with this status, which has one of these codes.
fn refusal(status: u16, codes: &BTreeSet<&'static str>) -> Value {
    let all = Code::ALL.iter().copied().filter(|code| codes.contains(code.as_str()));
    let examples: Map<_, _> = all
        .map(|code| {
            let title = Problem::new(Rejection::new(code, "")).title;
            let problem = Problem::with_status(Rejection::new(code, format!("{title}.")), status);
            (code.to_string(), json!({"value": problem}))
        })
        .collect();
    let schema = json!({
        "allOf": [{"$ref": PROBLEM}],
        "properties": {"status": {"const": status}, "code": {"enum": codes}},
    });
    let mut document = json!({
        "description": format!("Refused: {}.", codes.iter().copied().collect::<Vec<_>>().join(", ")),
        "content": {"application/problem+json": {"schema": schema, "examples": examples}},
    });
    if matches!(status, 429 | 503 | 504) {
        let about = "Seconds after which to try again; `retry_after_ms` is finer.";
        document["headers"]["Retry-After"] = json!({"description": about, "schema": {"type": "integer"}});
    }
    document
}
