-- Codes are changed while orders use them. A foreign key's check locks the code's row, and a lock is written onto the row:
-- all orders with a code that has no limit would write onto it. Claiming reads the row anyway, and codes are never deleted.
alter table discount_claims drop constraint discount_claims_code_fkey;
alter table discount_customers drop constraint discount_customers_code_fkey;

-- Every claim says whose it is, so that a limit for each customer can come later.
update discount_claims set customer = coalesce(lower(email), customer_id::text, external_ref)
from orders where orders.id = order_id and customer is null;
