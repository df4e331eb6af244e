//! Routes of imports and recipes.

use actix_web::web::{delete, get, post, put};
use muster_core::import::Import;

use super::super::{imports, recipes};
use super::{LIMIT, Operation, Who, header, query};
use crate::error::Code::*;
use crate::openapi::{Body, json};

/// Routes of imports and recipes.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        || get().to(imports::list),
        "GET",
        "/api/v1/imports",
        Who::Member,
        "listImports",
        "The history, newest first, a page at a time.",
    )
    .reads(&[
        query("after", "integer", "The cursor: `next` of the page before."),
        query("digest", "string", "The digest of a file: imports of this one."),
        LIMIT,
    ])
    .gives(&[(200, json::<imports::Page>())])
    .refuses(&[BadRequest]),
    Operation::new(
        || post().to(imports::open),
        "POST",
        "/api/v1/imports",
        Who::Member,
        "openImport",
        "Opens an import: its batches may come.",
    )
    .reads(&[header(
        "Idempotency-Key",
        false,
        "The same key opens one import, however often it is sent.",
    )])
    .takes(json::<imports::Open>())
    .gives(&[(201, json::<imports::view::View>())])
    .refuses(&[
        ClientOutdated,
        StorageFull,
        ImportInvalid,
        KeyReused,
        UploadsFull,
    ]),
    Operation::new(
        || get().to(imports::get),
        "GET",
        "/api/v1/imports/{id}",
        Who::Member,
        "getImport",
        "An import, with its progress and details.",
    )
    .gives(&[(200, json::<imports::view::Details>())]),
    Operation::new(
        || delete().to(imports::delete),
        "DELETE",
        "/api/v1/imports/{id}",
        Who::Member,
        "deleteImport",
        "Cancels an import before its commit; nothing of it stays.",
    )
    .gives(&[(204, Body::Empty)])
    .refuses(&[ImportCommitted]),
    Operation::new(
        || put().to(imports::batches::put),
        "PUT",
        "/api/v1/imports/{id}/batches/{n}",
        Who::Member,
        "putBatch",
        "Stores a batch: 201. The same bytes again: 200.",
    )
    .takes(Body::Binary)
    .gives(&[(200, Body::Empty), (201, Body::Empty)])
    .refuses(&[
        ClientOutdated,
        FieldsChanged,
        ImportCommitted,
        ImportEnded,
        StorageFull,
        BatchInvalid,
        BatchDiffers,
    ]),
    Operation::new(
        || post().to(imports::commit::post),
        "POST",
        "/api/v1/imports/{id}/commit",
        Who::Member,
        "commitImport",
        "Ends the upload: from here the server owns the import. The same again is answered alike.",
    )
    .takes(json::<imports::commit::Commit>())
    .gives(&[(202, json::<imports::view::View>())])
    .refuses(&[
        BatchesMissing,
        FieldsChanged,
        ImportCommitted,
        ImportEnded,
        RowsMismatch,
        TooManyNewTags,
        DigestMismatch,
    ]),
    Operation::new(
        || post().to(imports::control::stop),
        "POST",
        "/api/v1/imports/{id}/stop",
        Who::Member,
        "stopImport",
        "Ends a committed import after the batch in hand; what is left is skipped.",
    )
    .gives(&[(200, json::<imports::view::View>())])
    .refuses(&[ImportUploading, ImportEnded]),
    Operation::new(
        || post().to(imports::control::proceed),
        "POST",
        "/api/v1/imports/{id}/continue",
        Who::Member,
        "continueImport",
        "Lets a failed import go on with the batch at which it failed.",
    )
    .gives(&[(202, json::<imports::view::View>())])
    .refuses(&[NotFailed, UndoRunning, ResultsExpired]),
    Operation::new(
        || post().to(imports::undo::post),
        "POST",
        "/api/v1/imports/{id}/undo",
        Who::Member,
        "undoImport",
        "Takes back what the import wrote and nobody changed since, or the chosen fields of it.",
    )
    .takes(json::<imports::undo::Ask>())
    .gives(&[(202, json::<imports::view::View>())])
    .refuses(&[
        ImportUploading,
        ImportRunning,
        NothingApplied,
        UndoRunning,
        ResultsExpired,
        UndoInvalid,
    ]),
    Operation::new(
        || get().to(imports::undo::get),
        "GET",
        "/api/v1/imports/{id}/undo.csv",
        Who::Member,
        "downloadUndo",
        "What the last undo left alone, as it was changed since.",
    )
    .gives(&[(200, Body::Csv)])
    .refuses(&[
        ImportUploading,
        ImportRunning,
        NothingApplied,
        NotUndone,
        UndoRunning,
        ResultsExpired,
    ]),
    Operation::new(
        || get().to(imports::events::get),
        "GET",
        "/api/v1/imports/{id}/events",
        Who::Member,
        "watchImport",
        "An import whenever it changes, as server-sent events, until it has ended or a while has passed.",
    )
    .gives(&[(200, Body::Other("text/event-stream"))]),
    Operation::new(
        || get().to(recipes::get),
        "GET",
        "/api/v1/recipes/{signature}",
        Who::Member,
        "getRecipe",
        "How files with this header were imported the last time, if they were.",
    )
    .gives(&[(200, json::<Import>()), (204, Body::Empty)]),
    Operation::new(
        || put().to(recipes::put),
        "PUT",
        "/api/v1/recipes/{signature}",
        Who::Member,
        "putRecipe",
        "Keeps how files with this header are imported, without values of cells.",
    )
    .takes(json::<Import>())
    .gives(&[(204, Body::Empty)])
    .refuses(&[StorageFull]),
    Operation::new(
        || get().to(imports::results::get),
        "GET",
        "/api/v1/imports/{id}/results.csv",
        Who::Member,
        "downloadResults",
        "What became of every row, for seven days after the end.",
    )
    .gives(&[(200, Body::Csv)])
    .refuses(&[ResultsPending, ResultsExpired]),
];
