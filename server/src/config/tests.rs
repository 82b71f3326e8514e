use super::*;

fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
    let find = |name: &str| {
        settings
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::read(&Environment(&find)).map_err(|error| error.to_string())
}

const POSTGRES: (&str, &str) = ("DATABASE_URL", "postgres://localhost/waybill");
const SECRET: (&str, &str) = ("JWT_SECRET", "0123456789abcdef0123456789abcdef");

#[test]
fn nothing_set_is_the_demo_on_loopback() {
    let config = read(&[]).unwrap();

    assert!(config.is_demo() && config.payment_sandbox && config.host.is_loopback());
    assert_eq!(config.webhooks_reach, Reach::Everywhere);
    assert_eq!((config.port, config.tax_basis_points), (3000, None));
}

#[test]
fn a_real_database_needs_a_secret_and_takes_no_test_cards() {
    assert_eq!(
        read(&[POSTGRES]).err().unwrap(),
        "JWT_SECRET is missing: a secret of 32 characters or more"
    );

    let config = read(&[POSTGRES, SECRET]).unwrap();
    assert!(!config.is_demo() && !config.payment_sandbox);
}

#[test]
fn webhooks_stay_outside_unless_they_are_let_in() {
    let let_in = ("WEBHOOKS_ALLOW_PRIVATE", "1");

    assert_eq!(
        read(&[POSTGRES, SECRET]).unwrap().webhooks_reach,
        Reach::Public
    );
    let config = read(&[POSTGRES, SECRET, let_in]).unwrap();
    assert_eq!(config.webhooks_reach, Reach::Everywhere);
}

#[test]
fn the_demo_password_is_refused_on_a_real_database() {
    let admin = [
        ("ADMIN_EMAIL", "me@example.com"),
        ("ADMIN_PASSWORD", "admin-demo-password"),
    ];

    assert!(read(&[POSTGRES, SECRET, admin[0], admin[1]]).is_err());
    assert!(read(&admin).is_ok());
}

#[test]
fn a_payment_service_needs_a_secret_and_no_sandbox_beside_it() {
    let url = ("PAYMENT_SERVICE_URL", "http://payments.local");
    let secret = ("PAYMENT_CALLBACK_SECRET", "signs callbacks");

    assert_eq!(
        read(&[url]).err().unwrap(),
        "PAYMENT_CALLBACK_SECRET is missing beside PAYMENT_SERVICE_URL"
    );
    assert_eq!(
        read(&[url, secret, ("PAYMENT_SANDBOX", "1")])
            .err()
            .unwrap(),
        "PAYMENT_SANDBOX and PAYMENT_SERVICE_URL are both set"
    );
    assert!(read(&[url, secret]).unwrap().services.payment.is_some());
}

#[test]
fn mail_leads_to_pages_and_comes_from_their_host() {
    let (smtp, site) = (
        ("SMTP_URL", "smtp://mail.local"),
        ("PUBLIC_URL", "https://shop.example:8443/"),
    );

    assert!(read(&[POSTGRES, SECRET]).unwrap().mail.is_none());
    assert_eq!(
        read(&[POSTGRES, SECRET, smtp]).err().unwrap(),
        "PUBLIC_URL is missing beside SMTP_URL: mail leads to its pages"
    );
    let mail = |settings: &[(&str, &str)]| {
        let mail = read(settings).unwrap().mail.unwrap();
        (mail.from, mail.site)
    };
    let at = |from: &str, site: &str| (from.to_owned(), site.to_owned());
    assert_eq!(
        mail(&[POSTGRES, SECRET, smtp, site]),
        at("orders@shop.example", "https://shop.example:8443")
    );
    assert_eq!(
        mail(&[smtp, ("MAIL_FROM", "post@example.com")]),
        at("post@example.com", "http://localhost:3000")
    );
    assert_eq!(
        read(&[smtp, ("MAIL_FROM", "nobody")]).err().unwrap(),
        "MAIL_FROM is not an e-mail address"
    );
}

#[test]
fn a_bad_value_is_named_in_one_line() {
    for (name, value) in [
        ("PORT", "eighty"),
        ("HOST", "localhost"),
        ("TAX_PERCENT", "1e2"),
        ("TAX_PERCENT", "100.01"),
        ("PUBLIC_URL", "shop.example.com"),
        ("PAYMENT_SANDBOX", "maybe"),
        ("LOG_FORMAT", "xml"),
        ("JWT_SECRET", "short"),
        ("ADMIN_EMAIL", "me@example.com"),
        ("INVENTORY_SERVICE_URL", "stock.local"),
        ("SEATING_SERVICE_URL", "ftp://seats.local"),
        ("PAYMENT_SERVICE_URL", "https://"),
        ("TRUSTED_PROXIES", "proxy.local"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("RATE_LIMIT_GUEST_ORDERS", "many"),
    ] {
        let error = read(&[(name, value)]).err().unwrap();
        assert!(
            error.contains("ADMIN_PASSWORD") || error.starts_with(name),
            "{error}"
        );
        assert!(!error.contains('\n'));
    }
}

#[test]
fn limits_are_what_was_promised_unless_they_are_set() {
    let rates = read(&[]).unwrap().rates;
    assert_eq!((rates.guest_requests, rates.guest_orders), (600, 20));
    assert_eq!((rates.sign_ins, rates.person_requests), (10, 6_000));

    let rates = read(&[("RATE_LIMIT_GUEST_ORDERS", "0")]).unwrap().rates;
    assert_eq!((rates.guest_requests, rates.guest_orders), (600, 0));
}

#[test]
fn origins_are_a_list() {
    let origins = (
        "CORS_ORIGINS",
        "https://App.example.com, http://localhost:8080",
    );

    let config = read(&[origins]).unwrap();

    assert_eq!(
        config.cors_origins,
        ["https://app.example.com", "http://localhost:8080"]
    );
}

#[test]
fn tax_is_read_to_the_hundredth_of_a_percent() {
    for (text, basis_points) in [
        ("0", 0),
        ("7.25", 725),
        ("19", 1_900),
        ("8.5", 850),
        ("100", 10_000),
    ] {
        assert_eq!(
            read(&[("TAX_PERCENT", text)]).unwrap().tax_basis_points,
            Some(basis_points)
        );
    }
}
