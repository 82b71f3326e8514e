//! What staff tell each other about an order. No part of the order's document: its buyer reads that.

use super::{Orders, write};
use crate::{
    domain::{Caller, NewNote, Note, NoteId, OrderId},
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Adds a note. Nobody changes or removes it.
    ///
    /// # Errors
    /// [`crate::Refusal::Invalid`], [`crate::Refusal::Forbidden`] for its buyer.
    pub async fn add_note(
        &self,
        caller: &Caller,
        id: OrderId,
        note: &NewNote,
    ) -> Result<Note, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let text = note.parse()?;
        let note = retry_conflicts(|| self.note_once(caller, id, &text)).await?;
        self.database.feed.committed();
        let notes = self.notes(caller, id).await?;
        notes
            .into_iter()
            .find(|it| it.id == note)
            .ok_or_else(|| OrderError::Database(sqlx::Error::RowNotFound))
    }

    async fn note_once(
        &self,
        caller: &Caller,
        id: OrderId,
        text: &str,
    ) -> Result<NoteId, OrderError> {
        let clock = &self.database.clock;
        let (note, now) = (NoteId(clock.new_id()), clock.now());
        let mut tx = self.database.pool.begin().await?;
        self.begin(&mut tx, caller, id).await?;
        // A bearer token may name somebody who has no account here.
        sqlx::query!(
            "insert into order_notes (id, order_id, text, actor, author_id, at)
             values ($1, $2, $3, $4, (select id from customers where id = $5), $6)",
            note as NoteId,
            id as OrderId,
            text,
            caller.actor(),
            caller.person().map(|it| it.0),
            now,
        )
        .execute(&mut *tx)
        .await?;
        write::tell_update(&mut tx, id, now).await?;
        commit!(tx, "note");
        Ok(note)
    }

    /// The notes on an order, oldest first.
    ///
    /// # Errors
    /// [`crate::Refusal::NotFound`], [`crate::Refusal::Forbidden`] for its buyer.
    pub async fn notes(&self, caller: &Caller, id: OrderId) -> Result<Vec<Note>, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let notes = sqlx::query_as!(
            Note,
            r#"select order_notes.id as "id: NoteId", text, coalesce(name, actor) as "author!", at
            from order_notes left join customers on customers.id = author_id
            where order_id = $1 order by order_notes.id"#,
            id as OrderId,
        )
        .fetch_all(&self.database.pool)
        .await?;
        Ok(notes)
    }
}
