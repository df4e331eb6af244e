//! THE table of API errors: code, status, title. Answers are problem+json (RFC 9457) with a safe sentence;
//! the cause goes to the log only.

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::db::DbError;

macro_rules! codes {
    ($($name:ident $slug:literal $status:literal $title:literal;)*) => {
        /// A stable name of what went wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title] $name,)* }

        impl Code {
            /// Every code, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in answers.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Whether its answers say when to come again.
            pub const fn tells_when(self) -> bool {
                matches!(self, Self::RateLimited | Self::UploadsFull | Self::LookupsUsedUp | Self::Busy)
            }

            /// One line for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    BadRequest "bad_request" 400 "The request can't be read.";
    Unauthorized "unauthorized" 401 "A valid token is needed.";
    Forbidden "forbidden" 403 "Only Owners and Managers may do this.";
    OriginForbidden "origin_forbidden" 403 "Pages of this origin may not ask here.";
    NotFound "not_found" 404 "There is no such thing here.";
    MethodNotAllowed "method_not_allowed" 405 "This address does not take this method.";
    BodyTimeout "body_timeout" 408 "The request took too long to arrive.";
    ClientOutdated "client_outdated" 409 "The page and the server are of different versions.";
    ImportCommitted "import_committed" 409 "The import was committed already.";
    ImportUploading "import_uploading" 409 "The import has not been committed yet.";
    ImportEnded "import_ended" 409 "The import has ended.";
    ImportRunning "import_running" 409 "The import has not ended yet.";
    NothingApplied "nothing_applied" 409 "The import has applied nothing.";
    NotUndone "not_undone" 409 "The import has not been undone.";
    UndoRunning "undo_running" 409 "The import is being undone.";
    NotFailed "not_failed" 409 "Only a failed import can be continued.";
    BatchesMissing "batches_missing" 409 "Some batches have not arrived.";
    FieldExists "field_exists" 409 "There is one of this name already.";
    InUse "in_use" 409 "It is in use.";
    FieldsChanged "fields_changed" 409 "The workspace's fields have changed since.";
    ResultsPending "results_pending" 409 "The import has not ended yet.";
    ResultsExpired "results_expired" 410 "The results of this import were deleted.";
    ChangesExpired "changes_expired" 410 "The changes after this cursor are no longer kept: read all contacts, and go on from a new one.";
    VersionMismatch "version_mismatch" 412 "The contact was changed since it was read.";
    TooLarge "too_large" 413 "The request is larger than allowed.";
    StorageFull "storage_full" 413 "The workspace keeps as much as it may.";
    EncodingUnsupported "encoding_unsupported" 415 "Compressed requests are not taken.";
    ImportInvalid "import_invalid" 422 "The description of the import can't be carried out.";
    TooManyNewTags "too_many_new_tags" 422 "The import would create more tags than an import may.";
    BatchInvalid "batch_invalid" 422 "The batch can't be read or can't be part of this import.";
    BatchDiffers "batch_differs" 422 "This batch arrived before, with other bytes.";
    RowsMismatch "rows_mismatch" 422 "The batches don't hold exactly the rows of the file.";
    DigestMismatch "digest_mismatch" 422 "The batches that arrived are not the ones that are committed.";
    UndoInvalid "undo_invalid" 422 "The import has not written such a field.";
    KeyReused "idempotency_key_reused" 422 "This Idempotency-Key came with another request before.";
    FieldInvalid "field_invalid" 422 "The field or tag can't be so.";
    ContactInvalid "contact_invalid" 422 "A value of the contact can't be stored.";
    VersionRequired "version_required" 428 "The version that was read must be named in If-Match.";
    RateLimited "rate_limited" 429 "There are too many requests.";
    UploadsFull "uploads_full" 429 "The workspace has as many open uploads as it may.";
    LookupsUsedUp "lookups_used_up" 429 "The workspace has looked up as many contacts today as it may.";
    HeadTooLarge "head_too_large" 431 "The address and the headers are longer than allowed.";
    Internal "internal" 500 "Something went wrong here.";
    Busy "busy" 503 "The server is busy.";
}

/// The body of a refusal (RFC 9457). Some codes add members of their own.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    /// A sentence that is safe to show.
    detail: String,
    /// By which the log knows the request.
    request_id: Option<String>,
    #[serde(flatten)]
    extras: Map<String, Value>,
}

/// What a handler answers with when it can't do what was asked.
#[derive(Debug)]
pub struct Error {
    /// What went wrong.
    pub code: Code,
    detail: String,
    extras: Map<String, Value>,
    retry_after: Option<u64>,
}

impl Error {
    /// An error with a sentence that is safe to show.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            extras: Map::new(),
            retry_after: match code {
                Code::Busy => Some(1),
                Code::UploadsFull => Some(60),
                _ => None,
            },
        }
    }

    /// Adds a member to the answer.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extras.insert(name.into(), value.into());
        self
    }

    /// Tells when it may be tried again.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        // A fraction of a second is a second: too early is refused again.
        self.retry_after = Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        self
    }

    /// The sentence that is safe to show.
    pub fn to_sentence(&self) -> String {
        self.detail.clone()
    }

    /// A fault of ours: the cause is logged, and not sent.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Code::Internal.into()
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code, code.title())
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Code::Busy.into(),
            DbError::Query(diesel::result::Error::NotFound) => Code::NotFound.into(),
            DbError::Lost(cause) => {
                tracing::warn!(%cause, "the connection to the database was lost");
                Code::Busy.into()
            }
            DbError::Query(cause) if crate::db::dialect::is_transient(&cause) => {
                tracing::warn!(%cause, "the database did not do it");
                Code::Busy.into()
            }
            cause => Self::internal(cause),
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code.slug())
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let body = Problem {
            kind: "about:blank",
            title: self.code.title(),
            status: self.code.status(),
            code: self.code.slug(),
            detail: self.detail.clone(),
            request_id: crate::telemetry::request_id(),
            extras: self.extras.clone(),
        };
        let mut answer = HttpResponse::build(self.status_code());
        match self.code {
            Code::Unauthorized => answer.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            // What is left of the body was not read.
            Code::TooLarge | Code::BodyTimeout => answer.force_close(),
            _ => &mut answer,
        };
        if let Some(seconds) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        answer
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(body)
    }
}
