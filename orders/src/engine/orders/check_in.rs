//! A ticket at the door.

use serde_json::Value;
use sqlx::PgConnection;

use super::{
    Orders, read,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, OrderId, Refusal, Ticket, TicketId},
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Lets somebody in with a ticket, once.
    ///
    /// # Errors
    /// [`Refusal::CheckedIn`] the second time, [`Refusal::NotFound`] for a code that is none or whose seat was given
    /// back, [`Refusal::Forbidden`] for those who do not work here.
    pub async fn check_in(&self, caller: &Caller, code: &str) -> Result<Ticket, OrderError> {
        caller.must_work_here()?;
        // Codes are printed in capitals, and typed as people type.
        let code = code.trim().to_ascii_uppercase();
        let ticket = retry_conflicts(|| self.check_in_once(caller, &code)).await?;
        self.database.feed.committed();
        Ok(ticket)
    }

    async fn check_in_once(&self, caller: &Caller, code: &str) -> Result<Ticket, OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let order = order_of(&mut tx, code).await?;
        let mut order = read::lock(&mut tx, order).await?.order;
        let ticket = order.tickets.iter().find(|it| it.ticket_code == code);
        let mut ticket = ticket.ok_or_else(no_ticket)?.clone();
        if let Some(at) = ticket.checked_in_at {
            return Err(Refusal::CheckedIn { at }.into());
        }
        sqlx::query!(
            "update tickets set checked_in_at = $2 where id = $1",
            ticket.id as TicketId,
            now,
        )
        .execute(&mut *tx)
        .await?;
        ticket.checked_in_at = Some(now);
        let change = Change {
            to: order.status,
            name: "ticket_checked_in",
            reason: None,
            events: Vec::new(),
            detail: Value::Null,
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, &mut order, change).await?;
        commit!(tx, "check_in");
        Ok(ticket)
    }
}

/// Which order a ticket that counts belongs to.
async fn order_of(conn: &mut PgConnection, code: &str) -> Result<OrderId, OrderError> {
    let order = sqlx::query_scalar!(
        r#"select order_id as "order_id: OrderId" from tickets where ticket_code = $1 and revoked_at is null"#,
        code,
    )
    .fetch_optional(conn)
    .await?;
    Ok(order.ok_or_else(no_ticket)?)
}

fn no_ticket() -> Refusal {
    Refusal::NotFound("the ticket".to_owned())
}
