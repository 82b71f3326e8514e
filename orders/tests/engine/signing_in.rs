use std::net::{IpAddr, Ipv4Addr};

use chrono::Duration;
use orders::{
    Caller, Credentials, Customer, CustomerId, Identity, NewPerson, OrderError, Refusal, Role,
    engine::MIGRATOR,
};
use sqlx::PgPool;

use crate::shop::{Shop, customer, guest, staff};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn sign_in(shop: &Shop, password: &str) -> Result<Customer, OrderError> {
    let credentials = Credentials {
        email: "ada@example.com".to_owned(),
        password: password.to_owned(),
    };
    shop.engine.people.sign_in(&credentials, HERE).await
}

async fn counts(shop: &Shop, sign_in: &Customer) -> bool {
    let found = shop
        .engine
        .people
        .signed_in(sign_in.id, sign_in.sign_in_version)
        .await;
    found.unwrap().is_some()
}

fn refused<T>(result: Result<T, OrderError>) -> Refusal {
    match result {
        Err(OrderError::Refused(refusal)) => refusal,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("not refused"),
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_password_ends_what_was_signed_in_with_the_old_one(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = customer(shop.register("ada@example.com").await);
    let before = sign_in(&shop, "long enough").await.unwrap();
    let people = &shop.engine.people;

    let wrong = people
        .change_password(&ada, HERE, "a guess", "another password")
        .await;
    let wrong = refused(wrong);
    let short = refused(people.change_password(&ada, HERE, "long enough", "x").await);
    let changed = people
        .change_password(&ada, HERE, "long enough", "another password")
        .await
        .unwrap();

    assert_eq!(wrong, Refusal::field("/current_password", "is not right"));
    assert!(matches!(short, Refusal::Invalid(_)));
    assert!(!counts(&shop, &before).await && counts(&shop, &changed).await);
    assert_eq!(
        refused(sign_in(&shop, "long enough").await),
        Refusal::WrongCredentials
    );
    assert!(sign_in(&shop, "another password").await.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn signing_out_everywhere_ends_every_sign_in(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = customer(shop.register("ada@example.com").await);
    let (one, two) = (
        sign_in(&shop, "long enough").await.unwrap(),
        sign_in(&shop, "long enough").await.unwrap(),
    );
    assert!(counts(&shop, &one).await && counts(&shop, &two).await);

    shop.engine.people.sign_out_everywhere(&ada).await.unwrap();

    assert!(!counts(&shop, &one).await && !counts(&shop, &two).await);
    assert!(sign_in(&shop, "long enough").await.is_ok());
    let nobody = shop.engine.people.sign_out_everywhere(&guest(&[])).await;
    assert_eq!(refused(nobody), Refusal::SignInNeeded);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_for_a_new_password_works_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = shop.register("ada@example.com").await;
    let people = shop.engine.people.clone();
    let before = sign_in(&shop, "long enough").await.unwrap();
    let link = people.create_password_reset(&staff(), ada).await.unwrap();

    let short = refused(people.reset_password(&link.token, "x").await);
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..4 {
        let (people, token) = (people.clone(), link.token.clone());
        tries.spawn(async move {
            let password = format!("password number {number}");
            let done = people.reset_password(&token, &password).await;
            done.is_ok().then_some(password)
        });
    }
    let worked: Vec<String> = tries.join_all().await.into_iter().flatten().collect();

    assert!(matches!(short, Refusal::Invalid(_)), "it is not used up");
    assert_eq!(worked.len(), 1);
    assert!(sign_in(&shop, &worked[0]).await.is_ok());
    assert!(!counts(&shop, &before).await);
    let again = people
        .reset_password(&link.token, "once more, please")
        .await;
    assert_eq!(refused(again), Refusal::NotFound("the link".to_owned()));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_is_good_for_a_day_and_until_the_next_one(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = shop.register("ada@example.com").await;
    let people = &shop.engine.people;
    let first = people.create_password_reset(&staff(), ada).await.unwrap();
    let second = people.create_password_reset(&staff(), ada).await.unwrap();

    let replaced = people
        .reset_password(&first.token, "another password")
        .await;
    shop.wait(Duration::hours(24));
    let late = people
        .reset_password(&second.token, "another password")
        .await;

    assert!(matches!(refused(replaced), Refusal::NotFound(_)));
    assert!(matches!(refused(late), Refusal::NotFound(_)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_those_who_run_the_shop_see_to_people(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = shop.register("ada@example.com").await;
    let people = &shop.engine.people;
    let with_role = |id: CustomerId, role| Caller {
        identity: Identity::Person { id, role },
        ..staff()
    };
    let new = NewPerson {
        name: "Bob".to_owned(),
        email: "bob@example.com".to_owned(),
        role: Role::Staff,
    };

    for caller in [customer(ada), with_role(ada, Role::Staff), guest(&[])] {
        let page = orders::PageRequest::first(10);
        assert!(people.list(&caller, None, page).await.is_err());
        assert!(people.invite(&caller, &new).await.is_err());
        assert!(people.set_role(&caller, ada, Role::Admin).await.is_err());
        assert!(people.create_password_reset(&caller, ada).await.is_err());
    }
    let admin = with_role(ada, Role::Admin);
    let own_role = people.set_role(&admin, ada, Role::Customer).await;
    assert_eq!(refused(own_role), Refusal::Forbidden);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_is_invited_chooses_their_password(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let people = &shop.engine.people;
    let new = NewPerson {
        name: "Ada".to_owned(),
        email: "Ada@example.com".to_owned(),
        role: Role::Staff,
    };

    let link = people.invite(&staff(), &new).await.unwrap();
    people
        .reset_password(&link.token, "a good password")
        .await
        .unwrap();

    let ada = sign_in(&shop, "a good password").await.unwrap();
    assert_eq!((ada.id, ada.role), (link.person, Role::Staff));
    let again = people.invite(&staff(), &new).await;
    assert_eq!(refused(again), Refusal::EmailTaken);
    let page = orders::PageRequest::first(10);
    let found = people.list(&staff(), Some("ADA@example.com"), page).await;
    let found = found.unwrap();
    assert_eq!((found.data.len(), found.data[0].has_password), (1, true));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_secures_their_account_ends_links_for_a_new_password_too(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ada = customer(shop.register("ada@example.com").await);
    let (people, system) = (&shop.engine.people, Caller::system("test"));
    let link = async || {
        let made = people
            .create_password_reset(&system, ada.person().unwrap())
            .await;
        made.unwrap().token
    };

    let earlier = link().await;
    let later = link().await;
    let replaced = refused(people.reset_password(&earlier, "a new password").await);
    people.sign_out_everywhere(&ada).await.unwrap();
    let signed_out = refused(people.reset_password(&later, "a new password").await);
    let third = link().await;
    people
        .change_password(&ada, HERE, "long enough", "another password")
        .await
        .unwrap();
    let changed = refused(people.reset_password(&third, "a new password").await);

    for refusal in [replaced, signed_out, changed] {
        assert_eq!(refusal, Refusal::NotFound("the link".to_owned()));
    }
}
