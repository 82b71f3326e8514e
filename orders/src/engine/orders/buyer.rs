//! Who an order is for.

use super::Orders;
use crate::{
    domain::{Caller, Contact, FieldError, Refusal},
    engine::{OrderError, people},
};

impl Orders {
    /// Who buys: the caller themselves, or for those who may, somebody else.
    pub(super) async fn buyer(
        &self,
        caller: &Caller,
        named: &Contact,
    ) -> Result<Contact, OrderError> {
        let pool = &self.database.pool;
        if caller.may_act_for_others() {
            return match named.id {
                Some(id) => {
                    let known = people::contact(pool, id)
                        .await?
                        .ok_or_else(|| Refusal::field("/customer/id", "is not a customer"))?;
                    Ok(known.or(named))
                }
                None => Ok(named.clone()),
            };
        }
        if named.external_ref.is_some() || named.id.is_some_and(|id| caller.person() != Some(id)) {
            return Err(caller.refused().into());
        }
        match caller.person() {
            Some(id) => {
                let known = people::contact(pool, id)
                    .await?
                    .ok_or(Refusal::SignInNeeded)?;
                Ok(known.or(named))
            }
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
}
