-- What tells variants from each other, in every language of the shop.

alter table variants
    -- Its title in other languages than its own: {language: title}.
    add column titles jsonb not null default '{}';

update variants set titles = jsonb_build_object('de', 'Platz ' || seat_code) where seat_id is not null;
