//! Notes among staff, in the canonical family.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use orders::{NewNote, Note, OrderId, Refusal, engine::Orders};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::PathPart,
    command::{Command, CommandHeaders},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// The notes on an order.
#[derive(Serialize, ToSchema)]
pub(super) struct NoteList {
    data: Vec<Note>,
    /// Always `null`: notes come whole.
    next: Option<String>,
}

/// Read the notes on an order
///
/// Oldest first. Buyers never see them.
#[utoipa::path(get, path = "/orders/{id}/notes", tag = "orders", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = NoteList), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Json<NoteList>, ApiError> {
    Ok(Json(NoteList {
        data: state.engine.orders.notes(&caller, id).await?,
        next: None,
    }))
}

/// Add a note to an order
#[utoipa::path(post, path = "/orders/{id}/notes", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = NewNote,
    responses((status = 201, body = Note), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn add(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<NewNote>,
) -> Result<Response, ApiError> {
    let orders = &state.engine.orders;
    let text = value.parse()?;
    let add = async |orders: Orders| orders.add_note(&caller, id, &value).await;
    let again = async |id| {
        let notes = orders.notes(&caller, id).await?;
        let same = notes.into_iter().rev().find(|it| it.text == text);
        same.ok_or_else(|| Refusal::NotFound("the note".to_owned()).into())
    };
    terms
        .answer(orders, add, again, |note| {
            Ok((StatusCode::CREATED, Json(note)).into_response())
        })
        .await
}
