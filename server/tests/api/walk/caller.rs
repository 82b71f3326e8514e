//! Every kind of caller.

/// A kind of caller.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Kind {
    Nobody,
    WrongToken,
    /// A guest with the order's token.
    Guest,
    /// The customer who placed the order.
    Owner,
    /// Another customer.
    Stranger,
    /// The same with a browser's session.
    StrangerHere,
    Staff,
    Admin,
    /// An admin with a browser's session.
    AdminHere,
    /// An admin with a token of ours.
    AdminWithToken,
    Service,
    Forged,
    Expired,
    /// A token that says to need no signature.
    Unsigned,
    /// A key that was good yesterday.
    Revoked,
    /// A token of ours whose person has signed out everywhere since.
    SignedOut,
}

impl Kind {
    pub(super) const ALL: [Self; 16] = [
        Self::Nobody,
        Self::WrongToken,
        Self::Guest,
        Self::Owner,
        Self::Stranger,
        Self::StrangerHere,
        Self::Staff,
        Self::Admin,
        Self::AdminHere,
        Self::AdminWithToken,
        Self::Service,
        Self::Forged,
        Self::Expired,
        Self::Unsigned,
        Self::Revoked,
        Self::SignedOut,
    ];
}
