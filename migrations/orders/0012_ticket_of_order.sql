-- Nothing is looked up by it any more, and every reservation wrote to a random page of it. The rule that an order's ticket exists
-- needs no index: tickets are neither deleted nor renamed.
DROP INDEX orders_by_ticket;
