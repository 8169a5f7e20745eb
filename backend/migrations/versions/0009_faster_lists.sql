-- What a township's people ask of their events most is answered from this index alone: how many are overdue, and which
-- come first by any short fact of theirs. `visible_events` asks whether two lists of townships overlap, which no ordered
-- index answers; backend/lists/own_lists.py says which lists there are. Texts of the longest kind (危险源, 可能后果) stay
-- outside: an entry of an index may have 2,700 bytes, and these together, full of Chinese, have some 1,600.
CREATE INDEX ix_risk_event_listed ON risk_event (township_codes, review_due, number) INCLUDE (
    id, risk_point_id, zone_id, enterprise_id, grade, residual_grade, assessed_on, updated_at, control_level,
    accident_edition, accident_code, department, person, assessed_by
);

-- Nothing is looked up by its place in metres: what may be near is found by degrees, and then measured. Each of these
-- cost a bulk load a tenth of its time.
DROP INDEX ix_area_boundary_metric;
DROP INDEX ix_unit_group_boundary_metric;
DROP INDEX ix_enterprise_location_metric;
DROP INDEX ix_enterprise_outline_metric;
DROP INDEX ix_zone_boundary_metric;
DROP INDEX ix_receptor_place_metric;
DROP INDEX ix_corridor_centreline_metric;
