//! Who an order is for.

use super::Orders;
use crate::{
    domain::{Caller, Contact, FieldError, Refusal},
    engine::{Database, OrderError, people},
};

impl Orders {
    /// Who buys: the caller themselves, or for those who may, somebody else.
    pub(super) async fn buyer(
        &self,
        caller: &Caller,
        named: &Contact,
    ) -> Result<Contact, OrderError> {
        let pool = &self.database.pool;
        // Who acts for others and names nobody buys for themselves, if they are somebody.
        let names_somebody = *named != Contact::default();
        if caller.may_act_for_others() && (names_somebody || caller.person().is_none()) {
            return self.somebody(named).await;
        }
        if named.id.is_some_and(|id| caller.person() != Some(id)) {
            return Err(caller.refused().into());
        }
        match caller.person() {
            Some(id) => {
                let known = people::contact(pool, id)
                    .await?
                    .ok_or(Refusal::SignInNeeded)?;
                if !calls_themselves(&known, named) {
                    return Err(caller.refused().into());
                }
                let named = Contact {
                    external_ref: None,
                    ..named.clone()
                };
                Ok(known.or(&named))
            }
            None if named.external_ref.is_some() => Err(caller.refused().into()),
            None => {
                let missing = [
                    ("/customer/email", named.email.is_none()),
                    ("/customer/name", named.name.is_none()),
                ];
                let errors: Vec<_> = missing
                    .into_iter()
                    .filter(|(_, missing)| *missing)
                    .map(|(pointer, _)| FieldError::new(pointer, "is missing"))
                    .collect();
                if errors.is_empty() {
                    Ok(named.clone())
                } else {
                    Err(Refusal::Invalid(errors).into())
                }
            }
        }
    }

    /// The customer that somebody else names: by our id, by another system's, or not at all.
    async fn somebody(&self, named: &Contact) -> Result<Contact, OrderError> {
        let Database { pool, clock, .. } = &self.database;
        if let Some(id) = named.id {
            let known = people::contact(pool, id)
                .await?
                .ok_or_else(|| Refusal::field("/customer/id", "is not a customer"))?;
            return Ok(known.or(named));
        }
        let Some(external_ref) = &named.external_ref else {
            return Ok(named.clone());
        };
        // Whoever another system calls so is one customer, whether they came here before or not.
        let id = people::subject(pool, clock, external_ref).await?;
        let known = people::contact(pool, id).await?.unwrap_or_default();
        Ok(Contact {
            id: Some(id),
            external_ref: known.external_ref,
            email: named.email.clone().or(known.email),
            ..named.clone()
        })
    }
}

/// Whether the customer means themselves by what they name: nothing, their id, or what another system calls them.
fn calls_themselves(known: &Contact, named: &Contact) -> bool {
    let Some(name) = &named.external_ref else {
        return true;
    };
    known.external_ref.as_ref() == Some(name) || known.id.is_some_and(|id| id.to_string() == *name)
}
