//! Who is calling. Every use case takes a [`Caller`] and decides there what it may do.

use derive_more::{Display, From, FromStr};
use serde::{Deserialize, Serialize};

use super::{CustomerId, Refusal, Role, ServiceKeyId};

/// One request's caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub identity: Identity,
    /// The order tokens that came along: each opens one order.
    pub order_tokens: Vec<OrderToken>,
    /// The request's id, for history and logs.
    pub request_id: String,
}

/// Who somebody is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Identity {
    /// Nobody in particular.
    Guest,
    /// A signed-in person, with the role they have now.
    Person {
        /// Their id.
        id: CustomerId,
        /// What they may do.
        role: Role,
    },
    /// A program with an API key.
    Service(ServiceKeyId),
    /// Waybill itself: workers, expiry, the command line.
    System,
}

/// The right to one order: an HMAC that only the server can make.
#[derive(Clone, Debug, Display, Eq, From, FromStr, PartialEq, Serialize, Deserialize)]
pub struct OrderToken(pub String);

impl Caller {
    /// Waybill itself, for the reason given.
    #[must_use]
    pub fn system(request_id: &str) -> Self {
        Self {
            identity: Identity::System,
            order_tokens: Vec::new(),
            request_id: request_id.to_owned(),
        }
    }

    /// The signed-in person, if that is who is calling.
    #[must_use]
    pub fn person(&self) -> Option<CustomerId> {
        match self.identity {
            Identity::Person { id, .. } => Some(id),
            Identity::Guest | Identity::Service(_) | Identity::System => None,
        }
    }

    /// Whether the caller works with everybody's orders: staff, admins, services, Waybill itself.
    #[must_use]
    pub fn works_here(&self) -> bool {
        match self.identity {
            Identity::Guest => false,
            Identity::Person { role, .. } => role != Role::Customer,
            Identity::Service(_) | Identity::System => true,
        }
    }

    /// Whether the caller may name another customer, and change products.
    #[must_use]
    pub fn may_act_for_others(&self) -> bool {
        match self.identity {
            Identity::Guest => false,
            Identity::Person { role, .. } => role == Role::Admin,
            Identity::Service(_) | Identity::System => true,
        }
    }

    /// Whether the caller runs the shop: where and how things are sold, settings, keys, people. Programs do not.
    #[must_use]
    pub fn runs_the_shop(&self) -> bool {
        match self.identity {
            Identity::Guest | Identity::Service(_) => false,
            Identity::Person { role, .. } => role == Role::Admin,
            Identity::System => true,
        }
    }

    /// # Errors
    /// Anybody but admins and Waybill itself.
    pub fn must_run_the_shop(&self) -> Result<(), Refusal> {
        if self.runs_the_shop() {
            Ok(())
        } else {
            Err(self.refused())
        }
    }

    /// # Errors
    /// Anybody who does not work here: signed in or not.
    pub fn must_work_here(&self) -> Result<(), Refusal> {
        if self.works_here() {
            Ok(())
        } else {
            Err(self.refused())
        }
    }

    /// # Errors
    /// Anybody but admins, services and Waybill itself.
    pub fn must_act_for_others(&self) -> Result<(), Refusal> {
        if self.may_act_for_others() {
            Ok(())
        } else {
            Err(self.refused())
        }
    }

    /// The refusal that fits: a guest may sign in, a person has the wrong role.
    #[must_use]
    pub fn refused(&self) -> Refusal {
        match self.identity {
            Identity::Guest => Refusal::SignInNeeded,
            Identity::Person { .. } | Identity::Service(_) | Identity::System => Refusal::Forbidden,
        }
    }

    /// How history names the caller.
    #[must_use]
    pub fn actor(&self) -> String {
        match self.identity {
            Identity::Guest => "guest".to_owned(),
            Identity::Person { id, role } => format!("{role}:{id}"),
            Identity::Service(key) => format!("service:{key}"),
            Identity::System => "system".to_owned(),
        }
    }
}
