-- Grows with every change to what is offered. Servers remember the catalogue between orders, and each order checks under
-- the lock of its stock that what it was priced by is still so. Orders only read this row, so they never wait for it.
create table catalogue_revision (
    is_only boolean primary key default true check (is_only),
    revision bigint not null default 1
);

insert into catalogue_revision default values;

create function revise_catalogue() returns trigger language plpgsql as $$
begin
    update catalogue_revision set revision = revision + 1;
    return null;
end
$$;

-- A new product offers nothing before it has a variant.
create trigger products_revised after update or delete on products
for each statement execute function revise_catalogue();

create trigger variants_revised after insert or update or delete on variants
for each statement execute function revise_catalogue();

create trigger storefronts_revised after update or delete on storefronts
for each statement execute function revise_catalogue();
