-- The lists of what can be bought are in memory, and are loaded in the order of the primary key. Every reservation wrote to a random
-- page of each of these.
DROP INDEX tickets_on_sale;
DROP INDEX tickets_on_sale_by_price;
