"""The demonstration district 湛河区: real facts, an indicative township map, invented units, each said to be so."""
