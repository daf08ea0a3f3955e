-- A copy job that starts, pauses, goes on or ends is an event of each group that it reaches.
ALTER TABLE "group_event" DROP CONSTRAINT "group_event_kind_check";
ALTER TABLE "group_event" ADD CONSTRAINT "group_event_kind_check" CHECK ("kind" IN ('state', 'rebalance', 'rewind',
  'topic-recreated', 'reset', 'reset-undone', 'offsets-deleted', 'redrive'));
