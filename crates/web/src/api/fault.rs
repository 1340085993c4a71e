//! Why a call cannot be done as asked, as `application/problem+json` (RFC 9457) in the caller's language.
//!
//! What pages and API have in common stays a [`Problem`] and is put into words by the shell. A [`Said`] has more to say:
//! what is wrong with which field or line, or what stands instead. [`super::door`] writes it on the way out.

use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hakutaku_model::access::Actor;
use hakutaku_model::text::{Lang, Text};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a call cannot be done as asked.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The same as on pages.
    Shell(Problem),
    /// With more to say.
    Said(Box<Said>),
}

/// A sentence in both languages, from this file's neighbours or from the messages of the pages.
#[derive(Debug, Clone)]
pub(crate) enum Sentence {
    Text(Text),
    Key(Key),
}

impl Sentence {
    fn get(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) => text.get(lang).to_owned(),
            Self::Key(key) => Words::new(lang).k(*key),
        }
    }
}

/// One thing wrong with what was sent.
#[derive(Debug, Clone)]
pub(crate) struct Wrong {
    pub(crate) field: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) question: Option<String>,
    pub(crate) message: Text,
}

impl Wrong {
    /// About a member of the body or a parameter of the address.
    pub(crate) fn field(name: &str, message: Text) -> Self {
        Self { field: Some(name.to_owned()), line: None, column: None, question: None, message }
    }

    /// About a place in the file that was sent.
    pub(crate) fn at(line: usize, column: usize, question: Option<String>, message: Text) -> Self {
        Self { field: None, line: Some(line), column: Some(column), question, message }
    }
}

/// A refusal with all its details.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    status: StatusCode,
    code: &'static str,
    detail: Sentence,
    problems: Vec<Wrong>,
    current: Option<serde_json::Value>,
    retry_after: Option<u64>,
}

impl Said {
    /// What the pages would say about a status, said to a program; `None` where there is more to say than the status.
    pub(crate) fn of(response: &Response) -> Option<Self> {
        let status = response.status();
        match response.extensions().get::<Problem>() {
            Some(Problem::NotFound | Problem::Forbidden | Problem::SignInFirst(_)) => {}
            Some(_) => return None,
            None if status.is_client_error() && !response.headers().contains_key(header::CONTENT_TYPE) => {}
            None => return None,
        }
        let read_only = response
            .extensions()
            .get::<Visit>()
            .is_some_and(|visit| matches!(visit.actor, Actor::Person { read_only: true, .. }));
        let (code, ja, en) = match status {
            StatusCode::UNAUTHORIZED => (
                "no-token",
                "有効なトークンがありません。アカウントの画面でトークンを作り、Authorization: Bearer hkt_… として送ってください。",
                "There is no valid token. Make one on the account page and send it as \"Authorization: Bearer hkt_…\".",
            ),
            StatusCode::FORBIDDEN if read_only => (
                "read-only",
                "このトークンでは読むことしかできません。または、持ち主の役割ではこの操作ができません。",
                "This token may only read, or its owner's role does not allow this.",
            ),
            StatusCode::FORBIDDEN => (
                "not-allowed",
                "トークンの持ち主の役割では、この操作はできません。",
                "The role of the token's owner does not allow this.",
            ),
            StatusCode::NOT_FOUND => (
                "not-found",
                "この宛先には何もないか、トークンの持ち主には見えません。",
                "There is nothing at this address, or it is not the token's owner's to see.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method",
                "この宛先は、その方法（メソッド）では使えません。",
                "This address does not take this method.",
            ),
            _ => return None,
        };
        Some(Self::new(status, code, Sentence::Text(Text::new(ja, en))))
    }

    fn new(status: StatusCode, code: &'static str, detail: Sentence) -> Self {
        Self { status, code, detail, problems: Vec::new(), current: None, retry_after: None }
    }
}

impl Fault {
    /// 422: these things are wrong.
    pub(crate) fn wrong(problems: Vec<Wrong>) -> Self {
        let detail = Text::new(
            "送られた内容に誤りがあります。problems を直して、もう一度送ってください。何も保存していません。",
            "Some of what was sent is wrong. Put right what \"problems\" names and send it again. Nothing was saved.",
        );
        let said = Said::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", Sentence::Text(detail));
        Self::Said(Box::new(Said { problems, ..said }))
    }

    /// 422: this one field is wrong.
    pub(crate) fn field(name: &str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::wrong(vec![Wrong::field(name, Text::new(ja, en))])
    }

    /// 422 with a sentence of the pages.
    pub(crate) fn refused(code: &'static str, sentence: Key) -> Self {
        Self::Said(Box::new(Said::new(StatusCode::UNPROCESSABLE_ENTITY, code, Sentence::Key(sentence))))
    }

    /// Another status with a sentence of its own.
    pub(crate) fn said(status: StatusCode, code: &'static str, ja: &str, en: &str) -> Self {
        Self::Said(Box::new(Said::new(status, code, Sentence::Text(Text::new(ja, en)))))
    }

    /// 409 (412 when the version came by `If-Match`): what stands instead; `null` when nothing stands there any more.
    pub(crate) fn conflict(by_header: bool, current: &impl Serialize) -> Self {
        let status = if by_header { StatusCode::PRECONDITION_FAILED } else { StatusCode::CONFLICT };
        let detail = Text::new(
            "読んだあとに、ほかの人が変えました。current を確かめて、その version で送り直してください。何も保存していません。",
            "Somebody changed it since it was read. Look at \"current\" and send again with its version. Nothing was saved.",
        );
        let current = Some(serde_json::to_value(current).unwrap_or_default());
        Self::Said(Box::new(Said { current, ..Said::new(status, "conflict", Sentence::Text(detail)) }))
    }

    /// 429 with the seconds to wait.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let detail = Text::new(
            "無効なトークンが続けて送られました。しばらく待ってから、有効なトークンで送ってください。",
            "Invalid tokens were sent again and again. Wait a while, then send a valid one.",
        );
        let said = Said::new(StatusCode::TOO_MANY_REQUESTS, "too-many-bad-tokens", Sentence::Text(detail));
        Self::Said(Box::new(Said { retry_after: Some(seconds), ..said }))
    }
}

impl<P: Into<Problem>> From<P> for Fault {
    fn from(problem: P) -> Self {
        Self::Shell(problem.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Shell(problem) => problem.into_response(),
            Self::Said(said) => {
                let mut response = said.status.into_response();
                response.extensions_mut().insert(*said);
                response
            }
        }
    }
}

/// A refusal (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, examples(json!({
    "type": "about:blank", "title": "Not accepted", "status": 422, "code": "invalid",
    "detail": "Some of what was sent is wrong. Put right what \"problems\" names and send it again. Nothing was saved.",
    "problems": [{"field": "level", "message": "Must be 0, 1, 2 or 3."}],
})))]
pub(crate) struct ProblemJson {
    /// Always `about:blank`: status and `code` say what it is.
    r#type: &'static str,
    /// The status in words.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened and what to do, one or two sentences in the language of `Accept-Language`.
    detail: String,
    /// For programs: `no-token`, `not-allowed`, `read-only`, `not-found`, `invalid`, `closed`, `conflict`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// What the store said, for whoever looks into it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// Everything that is wrong with what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<WrongJson>,
    /// After a conflict: what stands now; `null` when it was taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    current: Option<serde_json::Value>,
}

/// One thing wrong with what was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemPlace)]
pub(crate) struct WrongJson {
    /// The member of the body or the parameter of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// The question concerned, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// What is wrong and what to do.
    message: String,
}

impl Said {
    /// The answer in one language.
    pub(crate) fn response(&self, lang: Lang) -> Response {
        let body = ProblemJson {
            r#type: "about:blank",
            title: title(self.status).get(lang).to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.get(lang),
            code: Some(self.code),
            cause: None,
            problems: self
                .problems
                .iter()
                .map(|wrong| WrongJson {
                    field: wrong.field.clone(),
                    line: wrong.line,
                    column: wrong.column,
                    question: wrong.question.clone(),
                    message: wrong.message.get(lang).to_owned(),
                })
                .collect(),
            current: self.current.clone(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn title(status: StatusCode) -> Text {
    match status {
        StatusCode::UNAUTHORIZED => Text::new("トークンが必要です", "Token needed"),
        StatusCode::FORBIDDEN => Text::new("許されていません", "Not allowed"),
        StatusCode::NOT_FOUND => Text::new("見つかりません", "Not found"),
        StatusCode::METHOD_NOT_ALLOWED => Text::new("この方法では使えません", "Method not allowed"),
        StatusCode::CONFLICT => Text::new("ほかの変更とぶつかりました", "Conflict"),
        StatusCode::PRECONDITION_FAILED => Text::new("読んだ版と違います", "Not the version that was read"),
        StatusCode::PAYLOAD_TOO_LARGE => Text::new("大きすぎます", "Too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Text::new("この形式は受け取れません", "Media type not accepted"),
        StatusCode::TOO_MANY_REQUESTS => Text::new("少し待ってください", "Too many attempts"),
        _ => Text::new("受け付けられません", "Not accepted"),
    }
}
